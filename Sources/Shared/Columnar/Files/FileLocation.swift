/// Where a file or folder is: a local path or a URI, of which the query (the options of the file system)
/// belongs to no name.
package struct FileLocation: Hashable, Sendable {
  /// A local path, or a URI without its query. No slash at the end, but for the root.
  package let base: String
  /// Of a URI, with its question mark; else empty.
  package let query: String

  /// A URI of scheme `file` becomes a local path.
  package init(_ text: String) {
    var path = Substring(text)
    if text.hasPrefix("file://") {
      path = path.dropFirst("file://".count)
      if path.hasPrefix("localhost/") { path = path.dropFirst("localhost".count) }
      self.init(base: removingPercentEncoding(path), query: "")
    } else if text.contains("://") {
      let start = path.firstIndex(of: "?") ?? path.endIndex
      self.init(base: String(path[..<start]), query: String(path[start...]))
    } else {
      self.init(base: text, query: "")
    }
  }

  private init(base: String, query: String) {
    var base = base
    while base.utf8.count > 1, base.hasSuffix("/"), !base.hasSuffix("://") { base.removeLast() }
    self.base = base
    self.query = query
  }

  package var isLocal: Bool { !base.contains("://") }

  /// What `FileSystem` takes.
  package var text: String { base + query }

  /// For messages: without the query and the user of a URI, which may hold credentials.
  package var display: String {
    guard let authority = base.firstRange(of: "://")?.upperBound else { return base }
    let end = base[authority...].firstIndex(of: "/") ?? base.endIndex
    guard let user = base[authority..<end].lastIndex(of: "@") else { return base }
    return String(base[..<authority] + base[base.index(after: user)...])
  }

  /// An entry of this folder; `name` is the name as the file system has it.
  package func appending(_ name: String) -> FileLocation {
    let separator = base.hasSuffix("/") ? "" : "/"
    return FileLocation(
      base: base + separator + (isLocal ? name : addingPercentEncoding(name)), query: query)
  }

  /// What lies deeper in this folder, by the names on the way: `models/7.bin`.
  package func appending(path: String) -> FileLocation {
    path.split(separator: "/").reduce(self) { $0.appending(String($1)) }
  }

  /// The last part of the path.
  package var name: String {
    base.split(separator: "/").last.map { isLocal ? String($0) : removingPercentEncoding($0) } ?? ""
  }
}

/// RFC 3986: bytes that are not unreserved are written as their hexadecimal value.
private func addingPercentEncoding(_ name: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in name.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "="):
      bytes.append(byte)
    default:
      bytes.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func removingPercentEncoding(_ text: Substring) -> String {
  let bytes = Array(text.utf8)
  var decoded: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
      let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
    {
      decoded.append(value)
      index += 3
    } else {
      decoded.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: decoded, as: UTF8.self)
}
