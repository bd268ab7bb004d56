import Learning
import Testing

@Suite struct TreesAgreementTests {
  /// Spark's trees, split for split: what is left is the rounding of its sums.
  @Test(arguments: TreesFixture.shared.spark.filter { $0.mergesLeaves != true })
  func predictsWhatSparkPredicts(spark: TreesFixture.SparkCase) throws {
    let rows = try spark.rows
    let model = try rows.model(spark.learner, spark.parameters.mapValues(\.parameter))
    let predictions = rows.predictions(model)
    let expected = spark.predictions.flatMap(\.values)
    try #require(predictions.count == expected.count)
    let largest = expected.map(\.magnitude).max() ?? 0
    let differing = zip(predictions, expected)
      .filter { ($0 - $1).magnitude > 1e-9 * largest }
    #expect(differing.isEmpty, "\(differing.count) of \(expected.count)")
    let importances = try #require(model as? any FeatureImportanceModel).featureImportances
    for (found, wanted) in zip(importances, spark.importances ?? importances) {
      #expect((found - wanted).magnitude < 1e-9)
    }
  }

  /// Where Spark makes one leaf of two of the same class, the class is still Spark's.
  @Test(arguments: TreesFixture.shared.spark.filter { $0.mergesLeaves == true })
  func predictsTheClassesThatSparkPredicts(spark: TreesFixture.SparkCase) throws {
    let rows = try spark.rows
    let model = try rows.model(spark.learner, spark.parameters.mapValues(\.parameter))
    let predictions = rows.predictions(model)
    for (row, wanted) in spark.predictions.enumerated() {
      #expect((predictions[2 * row + 1] > 0.5) == (wanted.values[1] > 0.5), "row \(row)")
    }
  }

  /// Over ten splits as good as scikit-learn's trees: the mean difference is not significantly above zero (the 1 % point of
  /// Student's t with nine degrees of freedom, since there are many comparisons).
  @Test(arguments: TreesFixture.shared.errors)
  func errsNoMoreThanScikitLearn(peer: TreesFixture.ErrorCase) throws {
    let table = try TreesFixture.table(peer.table)
    let seeds: Range<Int64> = peer.learner.hasPrefix("RandomForest") ? 0..<5 : 0..<1
    var differences: [Double] = []
    for (split, testRows) in table.testRows.enumerated() {
      let isTest = Set(testRows)
      let train = table.rows(table.label.indices.filter { !isTest.contains($0) })
      let test = table.rows(testRows)
      let errors = try seeds.map { test.error(try train.model(peer.learner, seed: $0)) }
      differences.append(errors.reduce(0, +) / Double(errors.count) - peer.errors[split])
    }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    #expect(mean <= 2.821 * (variance / count).squareRoot())
  }
}
