import Glibc

/// Bytes that grow by doubling and then move into a column without a copy. Not thread-safe.
///
/// `@exclusivity(unchecked)`: methods run no code of others, so that no two accesses overlap.
@usableFromInline
final class GrowableBuffer {
  @exclusivity(unchecked) @usableFromInline var base: UnsafeMutableRawPointer
  @exclusivity(unchecked) @usableFromInline var count = 0
  @exclusivity(unchecked) @usableFromInline var capacity: Int

  @usableFromInline
  init(capacity: Int) {
    self.capacity = max(64, capacity)
    base = malloc(self.capacity)!
  }

  deinit { free(base) }

  /// Makes room for `extra` more bytes.
  @inlinable
  func reserve(_ extra: Int) {
    if count &+ extra > capacity { grow(extra) }
  }

  @usableFromInline
  func grow(_ extra: Int) {
    capacity = max(capacity * 2, count + extra)
    base = realloc(base, capacity)!
  }

  @inlinable
  func append<T>(_ value: T) {
    reserve(MemoryLayout<T>.size)
    (base + count).storeBytes(of: value, as: T.self)
    count &+= MemoryLayout<T>.size
  }

  @usableFromInline
  func append(bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    if let start = bytes.baseAddress {
      (base + count).copyMemory(from: start, byteCount: bytes.count)
    }
    count += bytes.count
  }

  /// Hands the memory over; the buffer is empty afterwards.
  func take() -> UnsafeMutableRawPointer {
    let taken = base
    capacity = 64
    count = 0
    base = malloc(capacity)!
    return taken
  }
}
