import Wire

/// How many observations are not above each of some bounds, as Prometheus wants them.
package struct MetricHistogram: Hashable, Sendable {
  /// In seconds: from what a message takes to what a long job takes.
  package static let durations = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800,
    7200,
  ]

  private let bounds: [Double]
  /// Of the observations between a bound and the one before; one more for those above all.
  private var counts: [UInt64]
  private var sum = 0.0

  package init(bounds: [Double] = MetricHistogram.durations) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  package mutating func observe(_ value: Double) {
    guard value.isFinite else { return }
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }

  package var sample: Roost_MetricSample {
    var total: UInt64 = 0
    return .with { sample in
      sample.value = sum
      sample.buckets = zip(bounds + [.infinity], counts).map { bound, count in
        total += count
        return .with {
          $0.upperBound = bound
          $0.count = total
        }
      }
    }
  }
}
