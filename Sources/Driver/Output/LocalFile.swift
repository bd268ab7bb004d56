import Columnar
import Glibc

/// What a commit needs of a local file system beside what every file system does.
enum LocalFile {
  /// What tells a folder from another that takes its name. Nil when nothing is there.
  static func inode(_ path: String) throws(OutputError) -> UInt64? {
    var result = stat()
    if stat(path, &result) == 0 { return UInt64(result.st_ino) }
    if errno == ENOENT { return nil }
    throw .system("look at", path, errno)
  }

  /// Writes a file that is there from now on, also after a loss of power.
  static func write(_ bytes: [UInt8], to path: String) throws {
    try replace(path, by: bytes)
    try FileSystem.synchronize(parent(of: path))
  }

  /// Writes a file so that it is there whole or not at all. Its name is on disk when its folder is synchronized.
  static func replace(_ path: String, by bytes: [UInt8]) throws {
    let unfinished = path + ".unfinished"
    try FileSystem.write(bytes, to: unfinished)
    try FileSystem.move(unfinished, to: path)
  }

  /// Removes a folder with all in it. Does nothing where none is.
  ///
  /// A task that is being cancelled may make a last file in it meanwhile: then it is not empty when it goes, and what is
  /// in it is removed again. There are no more such tasks than slots.
  static func removeFolder(_ path: String) throws {
    for _ in 0..<8 {
      do {
        if try FileSystem.exists(path) { try FileSystem.deleteDirectory(path) }
        return
      } catch {
        continue
      }
    }
    if try FileSystem.exists(path) { try FileSystem.deleteDirectory(path) }
  }

  /// Makes folders below one that is there; they are on disk when their parents and they are synchronized.
  static func makeFolders(_ folders: [String], in path: String) throws {
    for folder in folders { try FileSystem.createDirectory("\(path)/\(folder)") }
  }

  /// Waits until the names in a folder and in those below it are on disk.
  static func synchronizeNames(in path: String, and folders: [String]) throws {
    try FileSystem.synchronize(folders.map { "\(path)/\($0)" } + [path])
  }

  /// Whether something has this name below a folder, or a file the name of a folder on the way to it.
  static func isTaken(_ name: String, in path: String) throws -> Bool {
    let parts = name.split(separator: "/")
    for count in parts.indices.dropLast() {
      let above = "\(path)/\(parts[...count].joined(separator: "/"))"
      switch try FileSystem.information(above).kind {
      case .absent: return false
      case .file, .other: return true
      case .directory: break
      }
    }
    return try FileSystem.exists("\(path)/\(name)")
  }

  static func parent(of path: String) -> String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  static func name(of path: String) -> String {
    String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
  }

  /// The path with its symbolic links followed, as far as it exists.
  static func resolved(_ path: String) throws(OutputError) -> String {
    guard let real = realpath(path, nil) else {
      if errno == ENOENT, path != "/" {
        let above = try resolved(parent(of: path))
        return above == "/" ? "/" + name(of: path) : "\(above)/\(name(of: path))"
      }
      throw .system("look at", path, errno)
    }
    defer { free(real) }
    return String(cString: real)
  }
}
