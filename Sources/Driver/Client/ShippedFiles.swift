import Foundation
import Glibc
import Plan
import Wire

/// The files of this host that travel with a job, as they are now.
package struct ShippedFiles: Sendable {
  /// Sorted by name.
  package let manifest: [ShippedFile]
  /// Where one with each digest is.
  private let paths: [String: String]

  /// Reads all files that a job file names, and of folders all that are in them. Blocks on the file system.
  /// - Parameter jobFile: for errors, which name it and the line.
  package init(_ paths: [ShippedPath], of jobFile: String) throws(ShippedFilesError) {
    var found: [String: (file: ShippedFile, line: Int)] = [:]
    var sources: [String: String] = [:]
    var byteCount: Int64 = 0
    for path in paths {
      func fail(_ problem: ShippedFilesError.Problem) -> ShippedFilesError {
        ShippedFilesError(jobFile: jobFile, line: path.line, problem: problem)
      }
      do throws(ShippedFilesError.Problem) {
        for (name, source) in try ShippedFolder.files(of: path, limit: ShippedFileLimits.count) {
          let file = try Self.read(source, as: name)
          if let other = found[name] {
            guard other.file == file else { throw .twoOfOneName(name, otherLine: other.line) }
            continue
          }
          found[name] = (file, path.line)
          sources[file.digest] = source
          byteCount += file.byteCount
          guard found.count <= ShippedFileLimits.count else { throw .tooMany }
          guard byteCount <= ShippedFileLimits.byteCount else { throw .tooLarge(path: source) }
        }
      } catch {
        throw fail(error)
      }
    }
    manifest = found.values.map(\.file).sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    self.paths = sources
    if let (folder, name) = Self.fileThatIsAFolder(manifest) {
      throw ShippedFilesError(
        jobFile: jobFile, line: found[name]?.line ?? 0,
        problem: .fileAndFolder(folder, name: name))
    }
  }

  /// Where the files with these digests are, each with its place in the manifest.
  func sources(of digests: [String]) -> [(file: ShippedFile, path: String)] {
    let wanted = Set(digests)
    var seen: Set<String> = []
    return manifest.compactMap { file in
      guard wanted.contains(file.digest), seen.insert(file.digest).inserted,
        let path = paths[file.digest]
      else { return nil }
      return (file, path)
    }
  }

  private static func read(
    _ path: String, as name: String
  ) throws(ShippedFilesError.Problem) -> ShippedFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, code: errno) }
    defer { close(descriptor) }
    let digest = ContentDigest()
    var byteCount: Int64 = 0
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { piece.deallocate() }
    while true {
      let count = Glibc.read(descriptor, piece.baseAddress, piece.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path, code: errno)
      }
      digest.append(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      byteCount += Int64(count)
      // Before all of something endless is read.
      guard byteCount <= ShippedFileLimits.byteCount else { throw .tooLarge(path: path) }
    }
    return ShippedFile(name: name, digest: digest.finish(), byteCount: byteCount)
  }

  /// A name that another one has as its folder.
  private static func fileThatIsAFolder(
    _ manifest: [ShippedFile]
  ) -> (file: String, name: String)? {
    let names = Set(manifest.map(\.name))
    for file in manifest {
      var folder = file.name[...]
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        if names.contains(String(folder)) { return (String(folder), file.name) }
      }
    }
    return nil
  }
}
