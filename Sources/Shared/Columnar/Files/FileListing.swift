/// The files that paths of a job stand for.
package enum FileListing {
  /// Lists files, folders (with all below them) and patterns, each a local path or a URI.
  ///
  /// In a pattern `*`, `?` and `[...]` match within one part of the path and `**` matches any number of
  /// folders; in a URI a question mark begins the query. In folders and patterns, names that start with `_`
  /// or `.` are skipped. The result is in the order of the paths' bytes, each file once.
  ///
  /// Throws `notFound` for a file that is not there or a pattern without a match, `emptyDirectory`, and `notAllowed` for a
  /// path or a file, by way of a link, outside of `allowed`.
  package static func list(
    _ paths: [String], within allowed: AllowedPaths = .everywhere
  ) throws(FileError) -> [FileIdentity] {
    var files: [FileIdentity] = []
    for path in paths {
      try allowed.checkReading(pattern: path)
      files += try list(FileLocation(path))
    }
    for file in files { try allowed.checkReading(file.path) }
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    var distinct: [FileIdentity] = []
    for file in files where distinct.last?.path != file.path { distinct.append(file) }
    return distinct
  }

  private static func list(_ location: FileLocation) throws(FileError) -> [FileIdentity] {
    let parts = location.base.split(separator: "/", omittingEmptySubsequences: false)
    let firstPattern = parts.firstIndex { GlobPattern.isPattern($0) }
    var files: [FileIdentity] = []
    // A local file that has the very name of the path wins over the pattern that the name may be.
    if location.isLocal || firstPattern == nil {
      let information = try FileSystem.information(location.text)
      switch information.kind {
      case .file: return [FileIdentity(location, information)]
      case .directory:
        try collect(location, depth: 0, into: &files)
        if files.isEmpty { throw .emptyDirectory(path: location.text) }
        return files
      case .other:
        throw .unsupported(
          path: location.text, column: nil, message: "it is neither a file nor a folder")
      case .absent: break
      }
    }
    guard let firstPattern else { throw .notFound(path: location.text) }
    let root = parts[..<firstPattern].joined(separator: "/")
    let folder = FileLocation((root.isEmpty ? "/" : root) + location.query)
    try match(parts[firstPattern...].map(String.init), in: folder, into: &files)
    if files.isEmpty { throw .notFound(path: location.text) }
    return files
  }

  /// A link may lead back to a folder above it.
  private static let depthLimit = 64

  /// All files below a folder.
  private static func collect(
    _ folder: FileLocation, depth: Int, into files: inout [FileIdentity]
  ) throws(FileError) {
    guard depth < depthLimit else {
      throw .unsupported(
        path: folder.text, column: nil,
        message: "folders are nested more than \(depthLimit) deep; does a link lead back?")
    }
    for entry in try FileSystem.entries(of: folder.text) where !isHidden(entry.name) {
      let location = folder.appending(entry.name)
      switch entry.information.kind {
      case .file: files.append(FileIdentity(location, entry.information))
      case .directory: try collect(location, depth: depth + 1, into: &files)
      case .absent, .other: break
      }
    }
  }

  /// The files that match the parts of a pattern from `folder` on; a folder that matches stands for its files.
  private static func match(
    _ parts: [String], depth: Int = 0, in folder: FileLocation, into files: inout [FileIdentity]
  ) throws(FileError) {
    guard let part = parts.first else {
      try collect(folder, depth: depth, into: &files)
      return
    }
    guard depth < depthLimit else { return }
    let rest = Array(parts.dropFirst())
    guard GlobPattern.isPattern(part) else {
      let location = folder.appending(part)
      let information = try FileSystem.information(location.text)
      if information.kind == .file, rest.isEmpty {
        files.append(FileIdentity(location, information))
      } else if information.kind == .directory {
        try match(rest, depth: depth + 1, in: location, into: &files)
      }
      return
    }
    guard try FileSystem.information(folder.text).kind == .directory else { return }
    let descends = part == "**"
    if descends, !rest.isEmpty { try match(rest, depth: depth, in: folder, into: &files) }
    let pattern = GlobPattern(part)
    for entry in try FileSystem.entries(of: folder.text) {
      let isWanted = part.first.map { $0 == entry.name.first } ?? false || !isHidden(entry.name)
      guard isWanted, pattern.matches(entry.name) else { continue }
      let location = folder.appending(entry.name)
      if entry.information.kind == .file {
        if rest.isEmpty { files.append(FileIdentity(location, entry.information)) }
      } else if entry.information.kind == .directory {
        try match(descends ? parts : rest, depth: depth + 1, in: location, into: &files)
      }
    }
  }

  private static func isHidden(_ name: String) -> Bool {
    name.hasPrefix("_") || name.hasPrefix(".")
  }
}

extension FileIdentity {
  fileprivate init(_ location: FileLocation, _ information: FileInformation) {
    self.init(path: location.text, size: information.size, modified: information.modified)
  }
}
