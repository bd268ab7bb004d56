import ArrowBridge
import Glibc

extension Schema {
  /// A schema that the bridge fills; names must be unique.
  init(
    ofFile path: String, _ fill: (UnsafeMutablePointer<ArrowSchema>) -> roost_status
  ) throws(FileError) {
    var exported = ArrowSchema()
    try FileError.check(path) { fill(&exported) }
    do throws(ArrowExchangeError) {
      try self.init(consuming: &exported)
    } catch {
      throw .unsupported(path: path, column: nil, message: "\(error)")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw .malformed(
        path: path, line: nil, column: name, message: "the file has this name twice")
    }
  }
}

/// Calls `body` with names as the bridge takes them, nil standing for all; valid during the call only.
func withBridgedNames<Result>(
  _ names: [String]?, _ body: (UnsafePointer<roost_names>?) -> Result
) -> Result {
  guard let names else { return body(nil) }
  let texts = names.map { strdup($0) }
  defer { for text in texts { free(text) } }
  return texts.map { UnsafePointer($0) }.withUnsafeBufferPointer { pointers in
    var bridged = roost_names(names: pointers.baseAddress, count: Int64(pointers.count))
    return body(&bridged)
  }
}
