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

  /// What a file or a folder is called where it travels to: its path from this folder, or its last part when it stands
  /// elsewhere; nil when neither is a name.
  ///
  /// - Parameter path: as `absolute` gives it.
  package func nameWhereItTravels(_ path: String) -> String? {
    let own = Self.normalized(self.path).split(separator: "/")
    let parts = path.split(separator: "/")
    if parts.starts(with: own) {
      return parts.count > own.count ? parts[own.count...].joined(separator: "/") : nil
    }
    // A folder in which this one stands has no end.
    return own.starts(with: parts) ? nil : parts.last.map { String($0) }
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
