import Glibc

/// The files in a folder in which a function may have made anything.
///
/// The user as whom functions run may not be the one who looks here: no link is followed, and nothing is opened by a path that
/// could lead elsewhere by now.
struct ArtifactTree {
  /// Bytes of a name with the folders that it lies in.
  static let longestName = 1024

  let path: String
  /// What is neither file nor folder, and how many of these there are.
  private(set) var firstLeftOut: String?
  private(set) var leftOutCount = 0

  init(path: String) {
    self.path = path
  }

  /// Hands over every file, opened for reading, by its name from the folder, in the order of the bytes of the names in each
  /// folder. Throws `ArtifactError`, and what `body` throws.
  mutating func forEachFile(_ body: (_ name: String, _ descriptor: CInt) throws -> Void) throws {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else {
      // The function has removed it with all that was in it.
      if errno == ENOENT { return }
      throw ArtifactError.system(action: "open", path: path, code: errno)
    }
    defer { close(folder) }
    try visit(folder, prefix: "", body)
  }

  private mutating func visit(
    _ folder: CInt, prefix: String, _ body: (String, CInt) throws -> Void
  ) throws {
    for entry in try names(in: folder) {
      guard let text = String(validating: entry, as: UTF8.self) else {
        throw ArtifactError.unusableName(
          prefix + String(decoding: entry, as: UTF8.self), reason: "is not UTF-8")
      }
      let name = prefix + text
      guard name.utf8.count <= Self.longestName else {
        throw ArtifactError.unusableName(
          name, reason: "has more than \(Self.longestName) bytes with its folders")
      }
      try visitEntry(text, of: folder, name: name, body)
    }
  }

  private mutating func visitEntry(
    _ text: String, of folder: CInt, name: String, _ body: (String, CInt) throws -> Void
  ) throws {
    // A pipe would wait for a writer.
    let entry = openat(folder, text, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard entry >= 0 else {
      switch errno {
      // Links and sockets; or somebody has removed it.
      case ELOOP, ENXIO, ENODEV: leaveOut(name)
      case ENOENT: break
      case EACCES, EPERM: throw ArtifactError.unreadable(name: name)
      default:
        throw ArtifactError.system(action: "open", path: "\(path)/\(name)", code: errno)
      }
      return
    }
    defer { close(entry) }
    var status = stat()
    guard fstat(entry, &status) == 0 else {
      throw ArtifactError.system(action: "look at", path: "\(path)/\(name)", code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: try visit(entry, prefix: name + "/", body)
    case S_IFREG: try body(name, entry)
    default: leaveOut(name)
    }
  }

  private mutating func leaveOut(_ name: String) {
    if firstLeftOut == nil { firstLeftOut = name }
    leftOutCount += 1
  }

  private func names(in folder: CInt) throws(ArtifactError) -> [[UInt8]] {
    // The stream closes its descriptor.
    let copy = fcntl(folder, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0, let entries = fdopendir(copy) else {
      let code = errno
      if copy >= 0 { close(copy) }
      throw .system(action: "list", path: path, code: code)
    }
    defer { closedir(entries) }
    var names: [[UInt8]] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: UInt8.self, capacity: Int(NAME_MAX) + 1) { name in
          Array(
            UnsafeBufferPointer(
              start: name, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            ))
        }
      }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
