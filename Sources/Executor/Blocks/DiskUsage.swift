import Synchronization

/// What lies on disk for want of memory. Safe to use from any thread.
final class DiskUsage: Sendable {
  private let present = Atomic<Int>(0)
  private let written = Atomic<Int>(0)

  /// Bytes that are there now.
  var byteCount: Int { present.load(ordering: .relaxed) }

  /// Bytes that were ever written.
  var writtenByteCount: Int { written.load(ordering: .relaxed) }

  func wrote(_ byteCount: Int) {
    present.add(byteCount, ordering: .relaxed)
    written.add(byteCount, ordering: .relaxed)
  }

  func removed(_ byteCount: Int) {
    present.subtract(byteCount, ordering: .relaxed)
  }
}
