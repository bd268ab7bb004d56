import Learning
import Testing

/// What each learner is given of categories, and how explanations come back from it.
@Suite struct GroupEncodingTests {
  /// Category 0 has a higher label; category 3 is not there in training.
  private func categoryRows(classCount: Int = 0) -> GroupRows {
    var rows = GroupRows.noise(rowCount: 60, featureCount: 3, trainCount: 45)
    rows.features[1] = (0..<60).map { $0 > 55 ? -1 : Double($0 / 2 % 3) }
    rows.categoryCounts = [0, 3, 0]
    rows.label = rows.label.indices.map {
      rows.label[$0] + (rows.features[1][$0] == 0 ? 5 : 0)
    }
    if classCount > 0 {
      rows.label = rows.label.map { $0 > 1 ? 1 : 0 }
      (rows.classCount, rows.knownClassCount) = (2, 2)
    }
    return rows
  }

  @Test func treesSplitCategoriesWithOrWithoutAPreparation() throws {
    let rows = categoryRows()
    let plain = try rows.train(.of([("DecisionTreeRegressor", [:])]))[0]
    #expect(plain.preparation == nil)
    let imputed = try rows.train(
      .of([("DecisionTreeRegressor", [:])]) { $0.imputation = .mode })[0]
    #expect(imputed.preparation?.columns == [.feature(0), .feature(1), .feature(2)])
    let tree = try #require(plain.model as? DecisionTreeModel)
    #expect(tree == imputed.model as? DecisionTreeModel)
    #expect(tree.trees.nodes[0].isCategorySplit)
    #expect(plain.testErrors == imputed.testErrors)
  }

  @Test(arguments: [
    ("LinearRegression", 4), ("GaussianMixture", 5), ("KMeans", 5), ("BisectingKMeans", 5),
    ("NaiveBayes", 5), ("LogisticRegression", 4), ("GBTRegressor", 3),
  ])
  func eachLearnerHasItsColumns(learner: String, columnCount: Int) throws {
    let kind = try #require(LearnerRegistry.learner(named: learner)).kind
    let rows = categoryRows(classCount: kind == .classification ? 2 : 0)
    let result = try rows.train(
      .of([(learner, [:])]) {
        $0.scaling = .minmax
        $0.explanations = Explanation.allCases
      })[0]
    #expect(result.error == nil)
    #expect(result.preparation?.columnCount == columnCount)
    #expect(result.model?.featureCount == columnCount)
    for values in result.importances.compactMap({ $0 }) { #expect(values.count == 3) }
    // What matters most is the category.
    if kind == .regression {
      for values in result.importances.compactMap({ $0 }) { #expect(values.max() == values[1]) }
    }
    #expect((result.importances[0] == nil) == (learner != "GBTRegressor"))
    if learner == "GBTRegressor" {
      #expect((result.importances[0]?.reduce(0, +) ?? 0) - 1 < 1e-12)
    }
  }

  /// A feature that became no column, since it has one category, has no say.
  @Test func oneCategoryIsNoColumn() throws {
    var rows = categoryRows()
    rows.features[1] = Array(repeating: 0, count: 60)
    rows.categoryCounts = [0, 1, 0]
    let result = try rows.train(
      .of([("LinearRegression", [:])]) { $0.explanations = [.permutation, .shap] })[0]
    #expect(result.preparation?.columnCount == 2)
    for values in result.importances {
      #expect(values?[1] == 0)
      #expect(values?[0] != 0 && values?[2] != 0)
    }
  }

  /// Of several classes the magnitudes add up; rows count by their weights.
  @Test func shapleyImportancesSumOverClasses() throws {
    let iris = try #require(LinearFixture.shared.data["iris"])
    let rows = GroupRows(
      features: iris.features, label: iris.label, weights: iris.weights,
      trainCount: iris.label.count, classCount: 3)
    let result = try rows.train(
      .of([("LogisticRegression", ["regParam": .double(0.05)])]) { $0.explanations = [.shap] })[0]
    let model = try #require(result.model as? LogisticModel)
    #expect(result.linearModel == nil)
    let found = try #require(result.importances[0])
    let shares = shares(iris.weights, count: iris.label.count)
    for feature in 0..<4 {
      var expected = 0.0
      for function in model.linearFunctions {
        for (row, value) in iris.features[feature].enumerated() {
          expected +=
            shares[row]
            * (function.coefficients[feature] * (value - function.featureMeans[feature]))
            .magnitude
        }
      }
      #expect((found[feature] - expected).magnitude < 1e-12 * max(1, expected))
    }
  }

  /// More rows than are explained at a time.
  @Test func shapleyImportancesOfManyRows() throws {
    let rows = GroupRows.noise(rowCount: 30_300, featureCount: 3, trainCount: 300)
    let result = try rows.train(
      .of([("LinearRegression", [:])]) { $0.explanations = [.shap] })[0]
    let model = try #require(result.model as? LinearModel)
    let found = try #require(result.importances[0])
    for feature in 0..<3 {
      let held = rows.features[feature][300...]
      let sum = held.reduce(0) {
        $0 + (model.coefficients[feature] * ($1 - model.featureMeans[feature])).magnitude
      }
      #expect((found[feature] - sum / 30_000).magnitude < 1e-12)
    }
  }

  /// The linear function behind what a model predicts.
  @Test(arguments: ["LogisticRegression", "LinearSVC", "GeneralizedLinearRegression"])
  func linearModelsAreTold(learner: String) throws {
    let rows = categoryRows(classCount: learner == "GeneralizedLinearRegression" ? 0 : 2)
    let result = try rows.train(.of([(learner, ["regParam": .double(0.1)])]))[0]
    let linear = try #require(result.linearModel)
    #expect(linear.coefficients.count == 4)
    #expect((result.model as? any LinearlyExplained)?.linearFunctions == [linear])
  }
}
