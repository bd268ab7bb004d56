import Plan
import Testing

@Suite struct DistributionTests {
  /// Numbers of many sizes and both signs, the same in each run.
  private func numbers(_ count: Int) -> [Double] {
    var state: UInt64 = 7
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let size = Double(state >> 40) / 1000
      return state & 1 == 0 ? size : -size * size
    }
  }

  private func distribution(_ numbers: some Sequence<Double>) -> Distribution {
    var distribution = Distribution()
    for number in numbers { distribution.add(number) }
    return distribution
  }

  @Test func quantilesAreRightToA64thOfTheirSize() throws {
    let numbers = numbers(10_000)
    let (sorted, distribution) = (numbers.sorted(), distribution(numbers))
    for share in [0, 0.01, 0.25, 0.5, 0.75, 0.95, 0.999, 1] {
      let exact = sorted[Int((Double(sorted.count - 1) * share).rounded())]
      let found = try #require(distribution.quantile(share))
      #expect(abs(found - exact) <= abs(exact) / 64, "\(share): \(found) for \(exact)")
    }
    #expect(distribution.count == 10_000)
    #expect(distribution.minimum == sorted.first && distribution.maximum == sorted.last)
  }

  @Test func barsHoldTheirNumbers() {
    let numbers = numbers(1000) + [0, -0.0]
    let bars = distribution(numbers).bars
    #expect(bars.reduce(0) { $0 + $1.count } == 1002)
    for bar in bars where bar.lower != bar.upper {
      // Those below zero have their lower end, those above their upper end outside.
      let held = numbers.count {
        $0 > 0 ? bar.lower <= $0 && $0 < bar.upper : bar.lower < $0 && $0 <= bar.upper && $0 != 0
      }
      #expect(held == Int(bar.count), "\(bar)")
    }
    #expect(zip(bars, bars.dropFirst()).allSatisfy { $0.upper <= $1.lower })
  }

  @Test func partsMergeToTheWhole() {
    let numbers = numbers(999)
    var merged = distribution(numbers[600...])
    merged.merge(distribution(numbers[..<300]))
    merged.merge(distribution([]))
    merged.merge(distribution(numbers[300..<600]))
    let whole = distribution(numbers)
    #expect(merged.bars.map(\.count) == whole.bars.map(\.count))
    #expect(merged.bars.map(\.lower) == whole.bars.map(\.lower))
    #expect(merged.count == whole.count && merged.minimum == whole.minimum)
  }

  @Test func extremeNumbersAreCounted() {
    let odd = [
      1e308, -1e308, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, 0,
      -0.0,
    ]
    let distribution = distribution(odd + [.nan, .infinity, -.infinity])
    #expect(distribution.count == 7 && distribution.missing == 3 && distribution.zeros == 2)
    #expect(distribution.bars.reduce(0) { $0 + $1.count } == 7)
    #expect(distribution.quantile(0) == -1e308)
    #expect(Distribution().quantile(0.5) == nil && Distribution().mean == nil)
  }

  @Test func partsThatMakeNoSenseAreRefused() {
    func made(
      _ positive: Distribution.Buckets, sum: Double = 1, minimum: Double = 1, maximum: Double = 1
    ) -> Distribution? {
      Distribution(
        positive: positive, negative: [], zeros: 0, missing: 0, sum: sum, minimum: minimum,
        maximum: maximum)
    }
    #expect(made([(0, 1)]) != nil)
    #expect(made([(1_000_000, 1)]) == nil)
    #expect(made([(.min, 1)]) == nil)
    #expect(made([(0, .max)]) == nil)
    #expect(made([(0, 1)], sum: .nan) == nil)
    #expect(made([(0, 1)], minimum: 2, maximum: 1) == nil)
    #expect(made([(0, 1)], minimum: .nan) == nil)
  }
}
