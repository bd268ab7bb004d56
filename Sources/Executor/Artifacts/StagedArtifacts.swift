import Columnar
import Glibc
import Plan

/// Where the artifacts of one attempt wait until the driver commits the output.
package struct StagedArtifacts: Sendable {
  private static let pieceByteCount = 1 << 20

  private let folder: StagedFolder
  private let mode: FileWrite.Mode
  private let partition: Int
  private let epoch: UInt64

  package init(_ folder: StagedFolder, mode: FileWrite.Mode, partition: Int, epoch: UInt64) {
    self.folder = folder
    self.mode = mode
    self.partition = partition
    self.epoch = epoch
  }

  /// Copies an open file from where it stands. `willWrite` is told the bytes of each piece, and may throw.
  ///
  /// Throws `ArtifactError` and `FileError`.
  func copy(
    _ name: String, number: Int, from descriptor: CInt, willWrite: (Int) throws -> Void
  ) throws -> TaskOutcome.Artifact {
    let path = folder.artifactPath(name, number: number, partition: partition, epoch: epoch)
    if folder.naming == .final, mode == .append, try isTaken(path) {
      throw ArtifactError.taken(name: name, output: FileLocation(folder.path).display)
    }
    if number == 0 { try makeFolder() }
    let file = try OutputFile(path)
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.pieceByteCount, alignment: 16)
    defer { piece.deallocate() }
    var byteCount: Int64 = 0
    while true {
      let count = read(descriptor, piece.baseAddress, piece.count)
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw ArtifactError.system(action: "read", path: name, code: errno)
      }
      try willWrite(count)
      try file.write(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      byteCount += Int64(count)
    }
    try file.finish()
    return TaskOutcome.Artifact(name: name, path: path, bytes: byteCount)
  }

  /// Where attempts have names of their own; stores of objects need no folders. Not with those above it: they are there,
  /// or the job has ended.
  private func makeFolder() throws(ArtifactError) {
    guard folder.naming == .perAttempt else { return }
    let path = folder.artifactFolder(partition: partition, epoch: epoch)
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .system(action: "make", path: path, code: errno)
    }
  }

  /// A name of its own is nobody else's; a final name may be another attempt's by now.
  func abandon() {
    guard folder.naming == .perAttempt else { return }
    let path = folder.artifactFolder(partition: partition, epoch: epoch)
    if (try? FileSystem.exists(path)) == true { try? FileSystem.deleteDirectory(path) }
  }

  /// Whether an object was there before the job: an earlier attempt of its own may have written it since.
  private func isTaken(_ path: String) throws(FileError) -> Bool {
    let found = try FileSystem.information(path)
    guard found.kind != .absent else { return false }
    let incomplete = FileLocation(folder.path).appending(StagedFolder.incompleteName).text
    // By the store's own clock. One that tells no times replaces nothing.
    return found.modified <= (try FileSystem.information(incomplete)).modified
  }
}
