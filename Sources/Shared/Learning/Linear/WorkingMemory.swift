/// Doubles that a trainer keeps from fit to fit, so that a fit of a group no larger than those before allocates nothing.
///
/// Unsafe: the memory belongs to this value alone, which cannot be copied; what `reserve` hands out is good until the
/// next call of it.
struct WorkingMemory: ~Copyable {
  private var base: UnsafeMutablePointer<Double>
  private var capacity: Int

  init() {
    capacity = 0
    base = .allocate(capacity: 0)
  }

  deinit { base.deallocate() }

  /// At least `count` doubles, with whatever values.
  mutating func reserve(_ count: Int) -> UnsafeMutablePointer<Double> {
    if count > capacity {
      base.deallocate()
      base = .allocate(capacity: count)
      base.initialize(repeating: 0, count: count)
      capacity = count
    }
    return base
  }
}

/// Cuts memory into consecutive pieces.
struct MemoryPieces {
  private var next: UnsafeMutablePointer<Double>

  init(_ base: UnsafeMutablePointer<Double>) { next = base }

  mutating func take(_ count: Int) -> UnsafeMutablePointer<Double> {
    defer { next += count }
    return next
  }
}
