import Foundation

/// How often durations of each size were seen: four sizes to a doubling, so that a quantile is known to a fifth, in
/// constant space and time.
struct DurationHistogram: Sendable {
  private static let sizesPerDoubling = 4.0

  private(set) var count = 0
  /// By size; only as long as the largest size that was seen.
  private var counts: [Int] = []

  mutating func add(_ duration: Duration) {
    let size = Self.size(of: duration)
    while counts.count <= size { counts.append(0) }
    counts[size] += 1
    count += 1
  }

  /// The upper bound of the size that the median belongs to; nil when nothing was added.
  var median: Duration? {
    guard count > 0 else { return nil }
    var seen = 0
    for (size, number) in counts.enumerated() {
      seen += number
      if 2 * seen >= count { return Self.upperBound(of: size) }
    }
    return nil
  }

  private static func size(of duration: Duration) -> Int {
    let microseconds = max(1, duration / .microseconds(1))
    return Int((log2(min(microseconds, 1e15)) * sizesPerDoubling).rounded(.down))
  }

  private static func upperBound(of size: Int) -> Duration {
    .microseconds(1) * exp2(Double(size + 1) / sizesPerDoubling)
  }
}
