import Columnar

/// The folder of a job file, from which its relative paths start.
package struct JobFolder: Hashable, Sendable {
  /// Absolute and without symbolic links, since `..` is resolved by text.
  package let path: String

  package init(path: String) { self.path = path }

  /// The path as all hosts that share the folder see it: absolute, without `.`, `..` and doubled slashes.
  ///
  /// URIs stay as they are, but `file://`, which becomes a plain path.
  package func absolute(_ path: String) -> String {
    let location = FileLocation(path)
    guard location.isLocal else { return path }
    let local = location.base
    return Self.normalized(local.hasPrefix("/") ? local : "\(self.path)/\(local)")
  }

  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      // `a/*/..` is not `a`: it is there only when something matches.
      if part == "..", parts.last.map({ $0 != ".." && !isGlob($0) }) ?? true {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func isGlob(_ part: Substring) -> Bool {
    part.contains { "*?[".contains($0) }
  }
}
