import Foundation
import Glibc
import Plan

/// What is to travel of a file or folder.
enum ShippedFolder {
  /// The files, by the names under which functions see them, in the order of these. Of a folder that is all but hidden files,
  /// `__pycache__` and links that lead out of it.
  ///
  /// Throws `tooMany` as soon as there are more than `limit`.
  static func files(
    of shipped: ShippedPath, limit: Int
  ) throws(ShippedFilesError.Problem) -> [(name: String, path: String)] {
    var status = stat()
    guard stat(shipped.path, &status) == 0 else {
      throw errno == ENOENT
        ? .notFound(path: shipped.path) : .unreadable(path: shipped.path, code: errno)
    }
    // A name is a path from the folder of the job; that of the folder itself says nothing.
    let parts = shipped.name.split(separator: "/").filter { $0 != "." }
    let name = parts.joined(separator: "/")
    switch status.st_mode & S_IFMT {
    case S_IFREG: return [(name, shipped.path)]
    case S_IFDIR: break
    default: throw .notAFile(path: shipped.path)
    }
    guard let root = realPath(shipped.path) else {
      throw .unreadable(path: shipped.path, code: errno)
    }
    var walk = Walk(root: root, limit: limit)
    try walk.enter(root, name: name, above: [])
    return walk.found
  }

  private struct Walk {
    let root: String
    let limit: Int
    var found: [(name: String, path: String)] = []

    init(root: String, limit: Int) {
      self.root = root
      self.limit = limit
    }

    /// `folder` and those `above` it are real paths.
    mutating func enter(
      _ folder: String, name: String, above: [String]
    ) throws(ShippedFilesError.Problem) {
      let entries: [String]
      do {
        entries = try FileManager.default.contentsOfDirectory(atPath: folder)
      } catch {
        throw .unreadable(path: folder, code: EACCES)
      }
      for entry in entries.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      where !entry.hasPrefix(".") && entry != "__pycache__" {
        let path = "\(folder)/\(entry)"
        // A link that leads nowhere or out is nothing that others could use.
        guard let real = realPath(path), real.hasPrefix(root == "/" ? "/" : root + "/") else {
          continue
        }
        var status = stat()
        guard stat(real, &status) == 0 else { continue }
        let inner = name.isEmpty ? entry : "\(name)/\(entry)"
        switch status.st_mode & S_IFMT {
        case S_IFREG:
          guard found.count < limit else { throw .tooMany }
          found.append((inner, real))
        case S_IFDIR:
          // A link to a folder above would go round and round.
          guard real != folder, !above.contains(real) else { continue }
          try enter(real, name: inner, above: above + [folder])
        default: continue
        }
      }
    }
  }
}

/// The path without links; nil with `errno` when there is none.
private func realPath(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}
