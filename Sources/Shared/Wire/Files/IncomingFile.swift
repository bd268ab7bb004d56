import Glibc
import NIOCore
import Plan

/// A file that comes in pieces: it has its name only when all of it is there and is what was announced. Belongs to one
/// thread.
package final class IncomingFile {
  private let digest: String
  private let temporaryPath: String
  private let descriptor: CInt
  private let sum = ContentDigest()
  private var missingByteCount: Int64
  private var isKept = false

  /// Makes the file under its temporary name, where none may be.
  package init(
    digest: String, byteCount: Int64, temporaryPath: String
  ) throws(FileTransferError) {
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .system(action: "create", path: temporaryPath, code: errno)
    }
    self.digest = digest
    self.temporaryPath = temporaryPath
    missingByteCount = byteCount
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(temporaryPath) }
  }

  package var isComplete: Bool { missingByteCount == 0 }

  package func append(_ piece: ByteBuffer) throws(FileTransferError) {
    guard Int64(piece.readableBytes) <= missingByteCount else {
      throw .malformed("more bytes than it said that the file \(digest) has")
    }
    let code = piece.withUnsafeReadableBytes { bytes in
      sum.append(bytes)
      return write(bytes)
    }
    if code != 0 { throw .system(action: "write", path: temporaryPath, code: code) }
    missingByteCount -= Int64(piece.readableBytes)
  }

  /// Gives a complete file its name and mode. Throws `damaged` when its bytes are others than were announced.
  package func keep(as path: String, mode: mode_t) throws(FileTransferError) {
    precondition(isComplete)
    let found = sum.finish()
    guard found == digest else { throw .damaged(digest: digest, found: found) }
    guard fchmod(descriptor, mode) == 0, rename(temporaryPath, path) == 0 else {
      throw .system(action: "name", path: path, code: errno)
    }
    isKept = true
  }

  /// The `errno` of what failed, else 0.
  private func write(_ bytes: UnsafeRawBufferPointer) -> CInt {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return 0
  }
}
