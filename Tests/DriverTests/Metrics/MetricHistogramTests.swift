import Driver
import Testing

@Suite struct MetricHistogramTests {
  @Test func eachBoundCountsAllThatIsNotAboveIt() {
    var histogram = MetricHistogram(bounds: [1, 2])
    for value in [0.5, 1, 1.5, 3, .nan] { histogram.observe(value) }
    #expect(histogram.sample.buckets.map(\.count) == [2, 3, 4])
    #expect(histogram.sample.buckets.map(\.upperBound) == [1, 2, .infinity])
    #expect(histogram.sample.value == 6)
  }
}
