import Foundation

/// Files with certificates, keys and secrets.
package enum PrivateFile {
  /// Certificates are a few KiB; a path that was mistaken may be anything.
  private static let byteLimit = 1 << 20

  /// The bytes of a file that everybody may read.
  static func readPublic(_ path: String) throws(SecurityError) -> [UInt8] {
    try read(path) { _ throws(SecurityError) in }
  }

  /// The bytes of a file that nobody but its owner may read, as `ssh` wants it of keys.
  static func readPrivate(_ path: String) throws(SecurityError) -> [UInt8] {
    try read(path) { status throws(SecurityError) in
      let mode = status.st_mode & 0o777
      // Files of others (root's, with a group for the services that need them) are their owners' business.
      guard status.st_uid != getuid() || mode & 0o077 == 0 else {
        throw .openToOthers(path: path, mode: mode)
      }
    }
  }

  private static func read(
    _ path: String, allowing check: (stat) throws(SecurityError) -> Void
  ) throws(SecurityError) -> [UInt8] {
    // A named pipe that nobody writes to would block the open.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: systemError())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is not a file")
    }
    guard status.st_size <= byteLimit else {
      throw .unreadable(path: path, reason: "\(status.st_size) bytes are too many")
    }
    try check(status)
    var bytes = [UInt8](repeating: 0, count: byteLimit)
    var count = 0
    while count < bytes.count {
      let more = bytes.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if more == 0 { break }
      guard more > 0 else { throw .unreadable(path: path, reason: systemError()) }
      count += more
    }
    return Array(bytes[..<count])
  }

  /// Writes a new file, which is there whole or not at all; one that exists stays as it is. `mode`: its permissions.
  static func create(
    _ path: String, _ text: String, mode: mode_t
  ) throws(CertificateError) {
    let unfinished = "\(path).\(getpid()).unfinished"
    unlink(unfinished)
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemError()) }
    defer { unlink(unfinished) }
    let isWritten = Array(text.utf8).withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        guard count > 0 else { return false }
        offset += count
      }
      return fsync(descriptor) == 0
    }
    let reason = systemError()
    close(descriptor)
    guard isWritten else { throw .cannotWrite(path: path, reason: reason) }
    // Unlike a rename, a link never replaces.
    guard link(unfinished, path) == 0 else {
      if errno == EEXIST { throw .exists(path: path) }
      throw .cannotWrite(path: path, reason: systemError())
    }
  }

  private static func systemError() -> String { String(cString: strerror(errno)) }
}
