/// Memory that a trainer keeps from fit to fit: it only ever grows.
///
/// Unsafe: `base` is valid until the next `reserve` and as long as the owner lives. What lies there is not initialised;
/// whoever reserves it writes it before reading it.
struct WorkingMemory<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private var capacity: Int

  init() {
    capacity = 1
    base = .allocate(capacity: 1)
  }

  deinit { base.deallocate() }

  /// Room for `count` elements; what was there before is lost.
  @discardableResult
  mutating func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
    if count > capacity {
      base.deallocate()
      capacity = max(count, 2 * capacity)
      base = .allocate(capacity: capacity)
    }
    return base
  }
}
