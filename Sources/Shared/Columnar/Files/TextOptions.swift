import ArrowBridge

/// `ReadOptions` whose characters are known to be single bytes, as the parser wants them.
struct TextOptions {
  private let header: Bool
  private let delimiter: UInt8
  private let quote: UInt8
  private let escape: UInt8?
  private let multiLine: Bool
  private let nullValues: [String]

  init(_ options: ReadOptions, path: String) throws(FileError) {
    func byte(_ character: Character, _ option: String) throws(FileError) -> UInt8 {
      guard let value = character.asciiValue, value != 10, value != 13 else {
        throw .unsupported(
          path: path, column: nil,
          message: "the option \(option) takes one ASCII character, not '\(character)'")
      }
      return value
    }
    header = options.header
    delimiter = try byte(options.delimiter, "delimiter")
    quote = try byte(options.quote, "quote")
    if let character = options.escape, character != options.quote {
      escape = try byte(character, "escape")
    } else {
      escape = nil
    }
    multiLine = options.multiLine
    nullValues = options.nullValues
  }

  /// The pointer and what it points to are valid during the call only.
  func withBridged<Result>(_ body: (UnsafePointer<roost_text_options>) -> Result) -> Result {
    withBridgedNames(nullValues) { values in
      var options = roost_text_options(
        header: header, has_escape: escape != nil, multi_line: multiLine,
        delimiter: CChar(bitPattern: delimiter), quote: CChar(bitPattern: quote),
        escape: CChar(bitPattern: escape ?? UInt8(ascii: "\\")),
        null_values: values?.pointee.names, null_value_count: values?.pointee.count ?? 0)
      return body(&options)
    }
  }
}
