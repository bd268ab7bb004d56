import Learning
import Testing

@Suite struct LeastSquaresStatisticsTests {
  private func columns(_ count: Int, rows: Int, seed: UInt64) -> [[Double]] {
    var state = seed
    return (0..<count).map { column in
      (0..<rows).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53 + Double(column) * 10
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 20])
  func holdsCountMeansAndCoMoments(features: Int) {
    let data = columns(features + 1, rows: 50, seed: 3)
    let statistics = LeastSquaresStatistics(featureCount: features)
    let block = statisticsBlock(statistics, Array(data.dropLast()), data[features])
    let variables = features + 1
    #expect(block.count == 1 + 2 * variables + variables * (variables + 1) / 2)
    #expect(block[0] == 50)
    let means = data.map { $0.reduce(0, +) / 50 }
    for (index, mean) in means.enumerated() {
      #expect(block[1 + index] == data[index][0])
      #expect((block[1 + index] + block[1 + variables + index] - mean).magnitude < 1e-12)
    }
    var position = 1 + 2 * variables
    for row in 0...features {
      for column in 0...row {
        let expected = zip(data[row], data[column])
          .reduce(0) { $0 + ($1.0 - means[row]) * ($1.1 - means[column]) }
        #expect((block[position] - expected).magnitude < 1e-11)
        position += 1
      }
    }
  }

  @Test(arguments: [1, 4, 8, 9, 20])
  func bitsDoNotDependOnHowRowsAreCutIntoCalls(features: Int) {
    let data = columns(features + 1, rows: 100, seed: 5)
    let statistics = LeastSquaresStatistics(featureCount: features)
    let whole = statisticsBlock(statistics, Array(data.dropLast()), data[features])
    for rowsPerCall in [1, 7, 64] {
      #expect(
        statisticsBlock(
          statistics, Array(data.dropLast()), data[features], rowsPerCall: rowsPerCall) == whole)
    }
  }

  /// The unrolled kernels and the loop over any number of features: the first columns of a wide table
  /// have the moments of a narrow one.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8])
  func allKernelsComputeTheSameBits(features: Int) {
    let data = columns(10, rows: 100, seed: 7)
    let wide = statisticsBlock(
      LeastSquaresStatistics(featureCount: 9), Array(data.dropLast()), data[9])
    let narrow = statisticsBlock(
      LeastSquaresStatistics(featureCount: features), Array(data[..<features]), data[features])
    let variables = features + 1
    #expect(narrow[1..<1 + variables] == wide[1..<1 + variables])
    #expect(Array(narrow[1 + variables..<1 + 2 * variables]) == Array(wide[11..<11 + variables]))
    let moments = variables * (variables + 1) / 2
    #expect(Array(narrow[(1 + 2 * variables)...]) == Array(wide[21..<21 + moments]))
  }

  @Test func mergedPartsAreTheWhole() {
    let statistics = LeastSquaresStatistics(featureCount: 3)
    let data = columns(4, rows: 90, seed: 11)
    let whole = statisticsBlock(statistics, Array(data.dropLast()), data[3])
    let sources = [0..<30, 30..<31, 31..<90].flatMap { rows in
      statisticsBlock(statistics, data.dropLast().map { Array($0[rows]) }, Array(data[3][rows]))
    }
    let stride = statistics.width + 2
    var base = [Double](repeating: 0, count: 2 * stride)
    base.withUnsafeMutableBufferPointer {
      statistics.merge(sources, count: 3, blocks: [1, 1, 1], into: $0.baseAddress!, stride: stride)
    }
    #expect(base[..<stride].allSatisfy { $0 == 0 })
    for (found, expected) in zip(base[stride...], whole) {
      #expect((found - expected).magnitude <= 1e-12 * max(1, expected.magnitude))
    }
  }

  @Test func mergingNothingChangesNothing() {
    let statistics = LeastSquaresStatistics(featureCount: 2)
    let data = columns(3, rows: 10, seed: 13)
    let block = statisticsBlock(statistics, Array(data.dropLast()), data[2])
    let empty = [Double](repeating: 0, count: statistics.width)
    var target = block
    target.withUnsafeMutableBufferPointer {
      statistics.merge(empty, count: 1, blocks: [0], into: $0.baseAddress!, stride: 13)
    }
    #expect(target == block)
    var fresh = empty
    fresh.withUnsafeMutableBufferPointer {
      statistics.merge(block, count: 1, blocks: [0], into: $0.baseAddress!, stride: 13)
      statistics.merge(block, count: 1, blocks: [-1], into: $0.baseAddress!, stride: 13)
    }
    #expect(fresh == block)
  }

  @Test func aFeatureThatIsConstantInAllPartsStaysExactlyConstant() {
    let statistics = LeastSquaresStatistics(featureCount: 1)
    var target = [Double](repeating: 0, count: statistics.width)
    for part in [1, 7, 50] {
      let block = statisticsBlock(
        statistics, [[Double](repeating: 0.1, count: part)], (0..<part).map { Double($0) })
      target.withUnsafeMutableBufferPointer {
        statistics.merge(block, count: 1, blocks: [0], into: $0.baseAddress!, stride: 8)
      }
    }
    #expect(target[0] == 58)
    #expect(target[1] == 0.1)
    #expect(target[3] == 0)
    #expect(target[5] == 0)
  }

  @Test func aCountThatIsNoCountIsNone() {
    let statistics = LeastSquaresStatistics(featureCount: 1)
    for count in [Double.nan, .infinity, 1e300] {
      #expect(statistics.exampleCount([count, 0, 0, 0, 0, 0, 0, 0]) == 0)
    }
    #expect(statistics.exampleCount([5, 0, 0, 0, 0, 0, 0, 0]) == 5)
  }
}
