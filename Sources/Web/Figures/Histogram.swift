import Foundation
import Plan

/// How many numbers lie in each of some intervals of equal width, on an axis of the numbers or of their logarithms.
package struct Histogram: Sendable {
  package struct Bin: Hashable, Sendable {
    package var lower: Double
    package var upper: Double
    package var count: Double
  }

  package enum Scale: Hashable, Sendable {
    case linear, logarithmic
  }

  private static let binCount = 36
  /// Positive numbers whose tail is so many times their middle are drawn by their logarithms.
  private static let longTail = 25.0

  package private(set) var bins: [Bin] = []
  package private(set) var scale = Scale.linear
  /// Of numbers that lie beyond the axis, so far away that all others would be in one bin.
  package private(set) var below = 0.0
  package private(set) var above = 0.0

  package init(_ distribution: Distribution) {
    guard distribution.count > 0, let low = distribution.quantile(0.01),
      let median = distribution.quantile(0.5), let high = distribution.quantile(0.99)
    else { return }
    var (lower, upper) = (distribution.minimum, distribution.maximum)
    if lower > 0, upper / max(median, .leastNonzeroMagnitude) > Self.longTail {
      scale = .logarithmic
      lower = log10(lower)
      upper = log10(upper)
    } else {
      // One far number would press all others into a bin.
      let middle = max(high - low, abs(median) * 1e-9)
      if median - lower > 6 * middle { lower = low }
      if upper - median > 6 * middle { upper = high }
    }
    guard lower.isFinite, upper.isFinite else { return }
    if upper <= lower {
      let half = max(abs(lower) * 0.05, 0.5)
      (lower, upper) = (lower - half, upper + half)
    }
    let width = (upper - lower) / Double(Self.binCount)
    guard width > 0, width.isFinite else { return }
    bins = (0..<Self.binCount).map {
      Bin(lower: lower + width * Double($0), upper: lower + width * Double($0 + 1), count: 0)
    }
    for bar in distribution.bars { add(bar, from: lower, width: width) }
    if scale == .logarithmic {
      for index in bins.indices {
        bins[index].lower = pow(10, bins[index].lower)
        bins[index].upper = pow(10, bins[index].upper)
      }
    }
  }

  /// A bucket wider than a bin is spread over the bins that it touches.
  private mutating func add(
    _ bar: (lower: Double, upper: Double, count: UInt64), from lower: Double, width: Double
  ) {
    var (begin, end) = (bar.lower, bar.upper)
    if scale == .logarithmic { (begin, end) = (log10(begin), log10(end)) }
    let touched = ((end - begin) / width).rounded(.up)
    let parts = touched < 32 ? max(1, Int(touched) * 2) : 64
    var done: UInt64 = 0
    for part in 0..<parts {
      // Whole numbers, whose sum is the count.
      let next = UInt64(Double(bar.count) * Double(part + 1) / Double(parts))
      let share = Double((part == parts - 1 ? bar.count : next) - done)
      done += UInt64(share)
      guard share > 0 else { continue }
      let middle = begin + (end - begin) * (Double(part) + 0.5) / Double(parts)
      let position = (middle - lower) / width
      // The outermost buckets reach beyond the least and the greatest number.
      guard position.isFinite else { continue }
      if position < -1 {
        below += share
      } else if position >= Double(Self.binCount) + 1 {
        above += share
      } else {
        bins[min(max(Int(position), 0), Self.binCount - 1)].count += share
      }
    }
  }
}
