/// How many numbers there are of each size: quantiles to a 64th of their size, in constant time a number and bounded
/// space, and equal whatever the order in which parts of it are merged.
///
/// Each doubling is cut into 64 equal buckets, after the bits of the number; numbers below zero are counted by their size
/// likewise. (The idea is that of DDSketch, Masson, Rim, Lee: VLDB 2019, with the bits of the double in place of its
/// logarithm.) Sums depend on the order in the last bits.
package struct Distribution: Hashable, Sendable {
  /// Of a bucket: numbers beyond these doublings count with the outermost.
  private static let buckets = -64 * 64...64 * 64 - 1

  /// Counts by bucket, as long as the buckets that were seen are apart.
  private struct Side: Hashable, Sendable {
    var first = 0
    var counts: [UInt64] = []

    mutating func add(_ count: UInt64, to bucket: Int) {
      if counts.isEmpty {
        first = bucket
        counts = [count]
        return
      }
      if bucket < first {
        counts.insert(contentsOf: repeatElement(0, count: first - bucket), at: 0)
        first = bucket
      } else if bucket >= first + counts.count {
        counts += repeatElement(0, count: bucket - first - counts.count + 1)
      }
      counts[bucket - first] &+= count
    }

    var buckets: [(bucket: Int, count: UInt64)] {
      counts.enumerated().compactMap { $1 > 0 ? (first + $0, $1) : nil }
    }
  }

  private var positive = Side()
  private var negative = Side()
  package private(set) var zeros: UInt64 = 0
  /// Numbers of all sizes.
  package private(set) var count: UInt64 = 0
  /// Null, NaN and infinite values, which are in nothing else.
  package var missing: UInt64 = 0
  package private(set) var sum = 0.0
  package private(set) var minimum = Double.infinity
  package private(set) var maximum = -Double.infinity

  package init() {}

  package mutating func add(_ value: Double) {
    guard value.isFinite else {
      missing &+= 1
      return
    }
    count &+= 1
    sum += value
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    if value > 0 {
      positive.add(1, to: Self.bucket(of: value))
    } else if value < 0 {
      negative.add(1, to: Self.bucket(of: -value))
    } else {
      zeros &+= 1
    }
  }

  package mutating func merge(_ other: Distribution) {
    for (bucket, count) in other.positive.buckets { positive.add(count, to: bucket) }
    for (bucket, count) in other.negative.buckets { negative.add(count, to: bucket) }
    zeros &+= other.zeros
    count &+= other.count
    missing &+= other.missing
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }

  package var mean: Double? { count > 0 ? sum / Double(count) : nil }

  /// The number below which a share of all lies, within the width of its bucket; nil of none.
  package func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    // Also when they lie beyond the buckets.
    if share <= 0 { return minimum }
    if share >= 1 { return maximum }
    let rank = UInt64((Double(count - 1) * min(max(share, 0), 1)).rounded())
    var seen: UInt64 = 0
    for bar in bars {
      seen &+= bar.count
      if seen > rank { return min(max((bar.lower + bar.upper) / 2, minimum), maximum) }
    }
    return maximum
  }

  /// The buckets that have numbers, from the lowest on.
  package var bars: [(lower: Double, upper: Double, count: UInt64)] {
    var bars: [(lower: Double, upper: Double, count: UInt64)] = []
    for (bucket, count) in negative.buckets.reversed() {
      bars.append((-Self.lowerBound(of: bucket + 1), -Self.lowerBound(of: bucket), count))
    }
    if zeros > 0 { bars.append((0, 0, zeros)) }
    for (bucket, count) in positive.buckets {
      bars.append((Self.lowerBound(of: bucket), Self.lowerBound(of: bucket + 1), count))
    }
    return bars
  }

  /// Of a positive number: its exponent and the first six bits after it.
  private static func bucket(of size: Double) -> Int {
    let bucket = Int(size.bitPattern >> 46) - 1023 * 64
    return min(max(bucket, buckets.lowerBound), buckets.upperBound)
  }

  private static func lowerBound(of bucket: Int) -> Double {
    let exponent = bucket >> 6
    return Double(sign: .plus, exponent: exponent, significand: 1 + Double(bucket & 63) / 64)
  }
}

// MARK: Its parts, which travel

extension Distribution {
  package typealias Buckets = [(bucket: Int, count: UInt64)]

  package var positiveBuckets: Buckets { positive.buckets }
  package var negativeBuckets: Buckets { negative.buckets }

  /// Of parts that came from elsewhere: nil when they make no sense together.
  package init?(
    positive: Buckets, negative: Buckets, zeros: UInt64, missing: UInt64, sum: Double,
    minimum: Double, maximum: Double
  ) {
    for (bucket, count) in positive + negative {
      guard Self.buckets.contains(bucket), count < 1 << 48 else { return nil }
    }
    guard zeros < 1 << 48, missing < 1 << 48 else { return nil }
    for (bucket, count) in positive { self.positive.add(count, to: bucket) }
    for (bucket, count) in negative { self.negative.add(count, to: bucket) }
    self.zeros = zeros
    self.missing = missing
    count = (positive + negative).reduce(zeros) { $0 &+ $1.count }
    guard count > 0 else { return }
    guard sum.isFinite || sum.isInfinite, minimum <= maximum else { return nil }
    self.sum = sum
    self.minimum = minimum
    self.maximum = maximum
  }
}
