import Foundation
import Plan
import Testing
import Web

@Suite struct FigureTests {
  private func distribution(_ values: [Double]) -> Distribution {
    var distribution = Distribution()
    for value in values { distribution.add(value) }
    return distribution
  }

  @Test(arguments: [
    [1, 2, 3, 4, 5], [0, 0, 0], [7], [-3, -2, 5, 1e6], [1e-300, 1e300], [-1e308, 1e308],
    (1...1000).map { Double($0) }, (1...1000).map { 1 / Double($0) },
  ]) func everyNumberIsCountedOnce(values: [Double]) {
    let histogram = Histogram(distribution(values))
    let counted = histogram.bins.reduce(histogram.below + histogram.above) { $0 + $1.count }
    #expect(abs(counted - Double(values.count)) < 1e-6 || histogram.bins.isEmpty)
    for (one, next) in zip(histogram.bins, histogram.bins.dropFirst()) {
      #expect(one.lower < one.upper && one.upper <= next.lower + abs(next.lower) * 1e-7 + 1e-9)
    }
  }

  /// One terrible group must not press all others into one bin.
  @Test func farNumbersAreCountedBesideTheAxis() {
    let histogram = Histogram(distribution((1...500).map { Double($0) / 500 } + [-4000]))
    #expect(histogram.below > 0.5)
    #expect(histogram.bins.count { $0.count > 0 } > 20)
  }

  @Test func longTailsAreDrawnByTheirLogarithms() {
    #expect(Histogram(distribution((1...1000).map { pow(Double($0), 6) })).scale == .logarithmic)
    #expect(Histogram(distribution([10, 11, 12])).scale == .linear)
  }

  @Test func nothingHasNoBins() {
    #expect(Histogram(Distribution()).bins.isEmpty)
  }

  @Test func pointsWithoutANumberAreLeftOut() {
    let plot = ScatterPlot([
      .init(actual: 1, predicted: 2), .init(actual: .nan, predicted: 2),
      .init(actual: 1, predicted: .infinity), .init(actual: 5, predicted: 2),
    ])
    #expect(plot.points.count == 2)
    #expect(plot.rootMeanSquaredError == 5.0.squareRoot())
    #expect(ScatterPlot([]).rootMeanSquaredError == nil)
  }
}
