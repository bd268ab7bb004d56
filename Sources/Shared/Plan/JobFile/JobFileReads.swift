import Columnar

/// `read`: files or a cached table.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case path, format, schema, options, partitions
  }

  private static let cachedPrefix = "cached:"

  mutating func read(_ entry: JobFileNode.Entry) -> JobTable.Source? {
    if case .text(let text, _) = entry.value.content, text.hasPrefix(Self.cachedPrefix) {
      let name = String(text.dropFirst(Self.cachedPrefix.count))
      guard checkCacheName(name, at: entry.value.place) else { return nil }
      return .cached(Located(name, line: entry.value.place.line))
    }
    guard case .mapping = entry.value.content else {
      return texts(entry).flatMap { files($0, line: entry.place.line, entry.place) }
    }
    guard let keys = keys(of: entry.value, Key.self, in: "`read`") else { return nil }
    guard let path = keys[.path] else {
      report(.missing("path", place: "`read`"), at: entry.value.place)
      return nil
    }
    return texts(path).flatMap { files($0, keys, line: entry.place.line, path.value.place) }
  }

  /// Files whose paths say all that there is to say.
  mutating func files(
    _ paths: [Located<String>], line: Int, _ place: JobFileNode.Place
  ) -> JobTable.Source? {
    files(paths, [:], line: line, place)
  }

  private mutating func files(
    _ paths: [Located<String>], _ keys: [Key: JobFileNode.Entry], line: Int,
    _ place: JobFileNode.Place
  ) -> JobTable.Source? {
    let errorsBefore = errors.count
    if let cached = paths.first(where: { $0.value.hasPrefix(Self.cachedPrefix) }) {
      report(
        .invalidValue(
          key: "path", value: cached.value,
          expected: "files; a cached table is read alone, as `read: \(cached.value)`"),
        at: place)
    }
    let extensions = paths.compactMap { FileNameExtension(of: $0.value) }
    let stated = keys[.format].flatMap { choice($0, FileFormat.self) }
    if stated == nil, Set(extensions.map(\.format)).count > 1 {
      let names = extensions.map(\.format.rawValue).joined(separator: ", ")
      report(
        .invalidValue(key: "path", value: names, expected: "files of one format"), at: place)
    }
    var options = ReadOptions()
    if let delimiter = extensions.first?.delimiter { options.delimiter = delimiter }
    let statedOptions = keys[.options].map { readOptions($0, into: &options) } ?? []
    let schema = keys[.schema].flatMap { declaredSchema($0) }
    let partitions = keys[.partitions].flatMap { self.partitions($0) }
    guard errors.count == errorsBefore else { return nil }
    return .read(
      JobRead(
        line: line, paths: paths.map { folder.absolute($0.value) },
        format: stated ?? extensions.first?.format, declaredSchema: schema, options: options,
        statedOptions: statedOptions, partitions: partitions))
  }

  private mutating func declaredSchema(_ entry: JobFileNode.Entry) -> Schema? {
    guard let text = text(entry) else { return nil }
    return reportingTypeErrors(in: text, at: entry.value.place) { () throws(ExpressionError) in
      try Schema(ddl: text)
    }
  }

  private mutating func readOptions(
    _ entry: JobFileNode.Entry, into options: inout ReadOptions
  ) -> [Located<ReadOption>] {
    guard let keys = keys(of: entry.value, ReadOption.self, in: "`options`") else { return [] }
    if let one = keys[.delimiter], let other = keys[.sep] {
      report(.conflicting([one.key, other.key], place: "`options`"), at: other.place)
    }
    if let value = keys[.header].flatMap({ boolean($0) }) { options.header = value }
    if let value = keys[.multiLine].flatMap({ boolean($0) }) { options.multiLine = value }
    if let value = (keys[.delimiter] ?? keys[.sep]).flatMap({ character($0) }) {
      options.delimiter = value
    }
    if let value = keys[.quote].flatMap({ character($0) }) { options.quote = value }
    // Spark's `escape` may name the quote itself, which is how it says that quotes are doubled.
    if let value = keys[.escape].flatMap({ character($0) }) {
      options.escape = value == options.quote ? nil : value
    }
    if let values = keys[.nullValue].flatMap({ texts($0) }) {
      options.nullValues = values.map(\.value)
    }
    let special = [options.delimiter, options.quote] + (options.escape.map { [$0] } ?? [])
    if Set(special).count < special.count {
      report(
        .invalidValue(
          key: "options", value: special.map { "\($0)" }.joined(separator: " "),
          expected: "delimiter, quote and escape that differ"),
        at: entry.value.place)
    }
    return ReadOption.allCases.compactMap { option in
      keys[option].map { Located(option, line: $0.place.line, text: $0.key) }
    }
  }

  /// One character of one byte; `\t` is the tab, as in Spark.
  private mutating func character(_ entry: JobFileNode.Entry) -> Character? {
    guard let text = text(entry) else { return nil }
    if text == "\\t" { return "\t" }
    guard text.utf8.count == 1, let character = text.first, !character.isNewline,
      character != "\0"
    else {
      report(
        .invalidValue(
          key: entry.key, value: text, expected: "one character of ASCII, or \\t for the tab"),
        at: entry.value.place)
      return nil
    }
    return character
  }
}
