import Glibc
import Learning

/// Blocks of one kind of statistics, back to back in memory that grows by doubling. Not thread-safe.
///
/// Blocks lie `width` apart without padding: a group's block is reached by a random access to memory, so that
/// every byte less of all blocks is worth more than aligned ones.
///
/// Unsafe: `base` holds for `count` blocks until the next `grow`.
final class StatisticsBlocks {
  let statistics: any TrainingStatistics
  let width: Int
  private(set) var base: UnsafeMutablePointer<Double>
  private(set) var count = 0
  private var capacity = 64

  init(_ statistics: any TrainingStatistics) {
    self.statistics = statistics
    width = statistics.width
    base = Self.reallocated(nil, blocks: capacity, width: width)
  }

  deinit { free(base) }

  var byteCount: Int { capacity * width * MemoryLayout<Double>.stride }

  /// Makes blocks 0..<count; new ones are empty.
  func grow(to count: Int) {
    guard count > self.count else { return }
    if count > capacity {
      capacity = max(capacity * 2, count)
      base = Self.reallocated(base, blocks: capacity, width: width)
    }
    (base + self.count * width).update(repeating: 0, count: (count - self.count) * width)
    self.count = count
  }

  func reset() { count = 0 }

  private static func reallocated(
    _ base: UnsafeMutablePointer<Double>?, blocks: Int, width: Int
  ) -> UnsafeMutablePointer<Double> {
    realloc(base, blocks * width * MemoryLayout<Double>.stride)!
      .assumingMemoryBound(to: Double.self)
  }
}
