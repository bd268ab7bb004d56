import Learning
import Testing

@Suite struct FeaturePreparationTests {
  private func prepare(
    _ columns: [[Double]], categoryCounts: [Int32], imputation: FeaturePreparation.Imputation,
    scaling: FeaturePreparation.Scaling,
    categories: FeaturePreparation.CategoryEncoding = .indicators
  ) throws -> FeaturePreparation {
    let label = [Double](repeating: 0, count: columns[0].count)
    return try withExamples(columns, label) { plain in
      try categoryCounts.withUnsafeBufferPointer { counts in
        try FeaturePreparation(
          Examples(
            features: plain.features, label: plain.label, rowCount: label.count,
            categoryCounts: counts.baseAddress), imputation: imputation, scaling: scaling,
          categories: categories)
      }
    }
  }

  private func apply(_ preparation: FeaturePreparation, _ columns: [[Double]]) -> [[Double]] {
    let rows = columns[0].count
    var output = [Double](repeating: -7, count: preparation.columnCount * (rows + 1))
    withExamples(columns, [Double](repeating: 0, count: rows)) { examples in
      output.withUnsafeMutableBufferPointer {
        preparation.apply(examples, into: $0.baseAddress!, stride: rows + 1)
      }
    }
    return (0..<preparation.columnCount).map { column in
      Array(output[column * (rows + 1)..<column * (rows + 1) + rows])
    }
  }

  @Test(arguments: [
    (FeaturePreparation.Imputation.mean, 4.0), (.median, 2.5), (.mode, 2),
  ])
  func fillsInNulls(imputation: FeaturePreparation.Imputation, expected: Double) throws {
    let column = [2, 1, .nan, 2, 3, 10, 6]
    let preparation = try prepare(
      [column], categoryCounts: [0], imputation: imputation, scaling: .none)
    #expect(apply(preparation, [column])[0] == [2, 1, expected, 2, 3, 10, 6])
    #expect(apply(preparation, [[.nan]])[0] == [expected])
  }

  @Test func ofSeveralModesTheLeastIsTaken() throws {
    let preparation = try prepare(
      [[5, 3, 5, 3, 9]], categoryCounts: [0], imputation: .mode, scaling: .none)
    #expect(apply(preparation, [[.nan]])[0] == [3])
  }

  @Test func withoutImputationNullsStayNull() throws {
    let preparation = try prepare(
      [[1, .nan, 3]], categoryCounts: [0], imputation: .none, scaling: .minmax)
    let found = apply(preparation, [[1, .nan, 3]])[0]
    #expect(found[0] == 0 && found[1].isNaN && found[2] == 1)
  }

  @Test func aFeatureOfNullsAloneIsZero() throws {
    for imputation in [FeaturePreparation.Imputation.mean, .median, .mode] {
      let preparation = try prepare(
        [[.nan, .nan]], categoryCounts: [0], imputation: imputation, scaling: .standard)
      #expect(apply(preparation, [[.nan]])[0] == [0])
    }
  }

  @Test func scalesToDeviationsAndToARange() throws {
    let column = [1.0, 2, 3, 6]
    let standard = try prepare(
      [column], categoryCounts: [0], imputation: .none, scaling: .standard)
    let found = apply(standard, [column])[0]
    #expect(found.reduce(0, +).magnitude < 1e-15)
    // The sample's variance.
    #expect((found.reduce(0) { $0 + $1 * $1 } - 3).magnitude < 1e-12)
    let range = try prepare([column], categoryCounts: [0], imputation: .none, scaling: .minmax)
    #expect(apply(range, [[1, 6, 3.5, 11]])[0] == [0, 1, 0.5, 2])
  }

  @Test func constantsHaveNoScale() throws {
    let standard = try prepare(
      [[0.1, 0.1, 0.1]], categoryCounts: [0], imputation: .none, scaling: .standard)
    #expect(apply(standard, [[0.1, 5, .infinity]])[0] == [0, 0, 0])
    let range = try prepare(
      [[4, 4]], categoryCounts: [0], imputation: .none, scaling: .minmax)
    #expect(apply(range, [[4, 5]])[0] == [0.5, 0.5])
  }

  @Test func categoriesBecomeColumnsInTheOrderOfTheirCodes() throws {
    let columns = [[1.5, 2.5, 3.5, 4.5], [5, 2, 5, 0]]
    let preparation = try prepare(
      columns, categoryCounts: [0, 9], imputation: .none, scaling: .none)
    #expect(
      preparation.columns == [
        .feature(0), .indicator(feature: 1, code: 0), .indicator(feature: 1, code: 2),
        .indicator(feature: 1, code: 5),
      ])
    #expect(preparation.columnCategoryCounts == [0, 0, 0, 0])
    // An unseen category, a null and what is no code are all zeros.
    let found = apply(preparation, [[1, 2, 3, 4, 5], [2, 5, 7, .nan, 2.5]])
    #expect(found == [[1, 2, 3, 4, 5], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0]])
  }

  @Test func theLastCategoryMayBeAllZeros() throws {
    let columns = [[5.0, 2, 5, 0]]
    let preparation = try prepare(
      columns, categoryCounts: [9], imputation: .mode, scaling: .none,
      categories: .indicatorsButLast)
    // Nulls are the most frequent category, which is the last here.
    #expect(apply(preparation, [[0, 2, 5, .nan]]) == [[1, 0, 0, 0], [0, 1, 0, 0]])
  }

  @Test func codesStayCodesForTrees() throws {
    let preparation = try prepare(
      [[5, 2, 5, 0]], categoryCounts: [9], imputation: .mode, scaling: .standard, categories: .code)
    #expect(apply(preparation, [[0, .nan]])[0] == [0, 5])
    #expect(preparation.columnCategoryCounts == [9])
  }

  @Test(arguments: [Double.infinity, 1e308])
  func whatHasNoScaleIsAnError(value: Double) {
    #expect(throws: TrainingError.notFinite) {
      try prepare(
        [[value, -value, 1]], categoryCounts: [0], imputation: .mean, scaling: .standard)
    }
  }
}
