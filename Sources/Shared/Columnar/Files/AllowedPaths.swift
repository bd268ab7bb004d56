import Foundation

/// Where jobs may read and write. What a path is is decided by what is on the disk: `..` and symbolic links are followed
/// before it is compared.
package struct AllowedPaths: Hashable, Sendable {
  /// All that the process may read and write.
  package static let everywhere = AllowedPaths(roots: nil)

  /// Nil for everywhere.
  private let roots: [FileLocation]?

  private init(roots: [FileLocation]?) { self.roots = roots }

  /// Files and folders with all below them: local paths, from the working folder on when they are relative, or URIs.
  package init(_ paths: [String]) throws(FileError) {
    var roots: [FileLocation] = []
    for path in paths {
      let location = FileLocation(path)
      roots.append(
        location.isLocal
          ? FileLocation(try Self.resolved(URL(fileURLWithPath: location.base).path)) : location)
    }
    self.init(roots: roots)
  }

  /// Refuses a file or folder that lies outside: `FileError.notAllowed`. Its name is taken as it is.
  package func checkReading(_ path: String) throws(FileError) {
    guard let roots else { return }
    let place = try Self.place(of: path)
    guard roots.contains(where: { $0.holds(place) }) else { throw .notAllowed(path: path) }
  }

  /// Refuses a pattern that leads outside. What it matches has to be checked as well: there may be links.
  package func checkReading(pattern: String) throws(FileError) {
    guard roots != nil else { return }
    let location = FileLocation(pattern)
    let parts = location.base.split(separator: "/", omittingEmptySubsequences: false)
    let literal = parts.prefix { !GlobPattern.isPattern($0) }
    // After a pattern `..` could mean the folder above anything.
    guard !parts.dropFirst(literal.count).contains("..") else { throw .notAllowed(path: pattern) }
    let base = literal.joined(separator: "/")
    do throws(FileError) {
      try checkReading((base.isEmpty ? "/" : base) + location.query)
    } catch {
      throw .notAllowed(path: pattern)
    }
  }

  /// An output has to lie below an allowed folder: what waits to become it is put beside it.
  package func checkWriting(_ path: String) throws(FileError) {
    guard let roots else { return }
    let place = try Self.place(of: path)
    guard roots.contains(where: { $0.holds(place) && $0.base != place.base }) else {
      throw .notAllowed(path: path)
    }
  }

  /// Whether a local file or something in a local folder lies below them: whether jobs may reach it. One that cannot be
  /// looked at counts.
  package func reach(_ path: String) -> Bool {
    guard let roots else { return true }
    guard let resolved = try? Self.resolved(URL(fileURLWithPath: path).path) else { return true }
    let place = FileLocation(resolved)
    return roots.contains { $0.holds(place) || place.holds($0) }
  }

  private static func place(of path: String) throws(FileError) -> FileLocation {
    let location = FileLocation(path)
    if location.isLocal {
      guard location.base.hasPrefix("/") else { throw .notAllowed(path: path) }
      do {
        return FileLocation(try resolved(location.base))
      } catch {
        throw .notAllowed(path: path)
      }
    }
    // Stores take `..` for a name or resolve it, and either may be meant, however it is encoded.
    let decoded = location.base.removingPercentEncoding ?? location.base
    let names = decoded.split(separator: "/")
    guard !names.contains(".."), !names.contains(".") else { throw .notAllowed(path: path) }
    return location
  }

  /// The path with its symbolic links followed, as far as it exists; the rest has no `..`.
  private static func resolved(_ path: String) throws(FileError) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    let failure = errno
    let trimmed = FileLocation(path).base
    let slash = trimmed.lastIndex(of: "/") ?? trimmed.startIndex
    let (parent, name) = (trimmed[..<slash], trimmed[slash...].drop { $0 == "/" })
    guard failure == ENOENT, !name.isEmpty, name != "..", name != "." else {
      throw .inputOutput(path: path, message: String(cString: strerror(failure)))
    }
    let above = try resolved(parent.isEmpty ? "/" : String(parent))
    return above == "/" ? "/\(name)" : "\(above)/\(name)"
  }
}

extension FileLocation {
  /// Whether the other place is this one or lies below it. The query of a URI may name another server.
  fileprivate func holds(_ other: FileLocation) -> Bool {
    guard isLocal == other.isLocal, query == other.query else { return false }
    return other.base == base || other.base.hasPrefix(base.hasSuffix("/") ? base : base + "/")
  }
}
