import Columnar

/// Where an output goes, in one spelling for each place, so that two can be compared.
///
/// Symbolic links are not followed here: a value knows no file system.
package enum OutputLocation: Hashable, Sendable {
  /// An absolute local path without `.`, `..` and doubled slashes.
  case folder(String)
  case objects(FileLocation)

  package init(_ path: String) throws(OutputError) {
    let location = FileLocation(path)
    if location.base.utf8.contains(0) { throw .invalidPath(path, reason: "holds a zero byte") }
    if !location.isLocal {
      if location.base.hasSuffix("://") { throw .invalidPath(path, reason: "names no folder") }
      self = .objects(location)
      return
    }
    if !location.base.hasPrefix("/") { throw .invalidPath(path, reason: "is not absolute") }
    var parts: [Substring] = []
    for part in location.base.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    if parts.isEmpty { throw .invalidPath(path, reason: "is the root of the file system") }
    self = .folder("/" + parts.joined(separator: "/"))
  }

  /// The path or URI that file systems take.
  package var path: String {
    switch self {
    case .folder(let path): path
    case .objects(let location): location.text
    }
  }

  /// Whether the other place is this one or lies in it. The query of a URI says how to reach a place, not
  /// which it is.
  package func contains(_ other: OutputLocation) -> Bool {
    switch (self, other) {
    case (.folder(let one), .folder(let two)):
      two == one || two.hasPrefix(one + "/")
    case (.objects(let one), .objects(let two)):
      two.base == one.base || two.base.hasPrefix(one.base + "/")
    default: false
    }
  }
}
