import Learning
import Testing

/// What people read of stored models.
@Suite struct ModelDescriptionTests {
  private func text(_ name: String) throws -> String {
    try StoredModelCase.named(name).stored.lines.joined(separator: "\n")
  }

  private func linear(
    _ names: [String], _ coefficients: [Double], means: [Double] = [], intercept: Double = 0
  ) -> StoredModel {
    StoredModel(
      learner: "LinearRegression", kind: .regression, features: names.map { .init(name: $0) },
      model: LinearModel(
        intercept: intercept, coefficients: coefficients, featureMeans: means))
  }

  // MARK: Linear

  @Test func aLinearFunctionIsATableOfItsCoefficients() {
    let stored = linear(
      ["age", "bmi", "ldl"], [-10.012197, 519.839787, 1e-7], means: [48.5, 26.375792, 1e9],
      intercept: 152.133484)
    #expect(
      stored.lines.joined(separator: "\n") == """
        LinearRegression (regression)

        features: age, bmi, ldl

        prediction = intercept + sum of coefficient * feature

        feature      coefficient  mean in training
        (intercept)     152.133
        age             -10.0122           48.5
        bmi             519.84             26.3758
        ldl               1e-07             1e+09
        """)
  }

  @Test func indicatorColumnsAreNamedByTheirCategories() throws {
    let text = try text("linear")
    #expect(text.contains("\ncarrier = AA     -5.66595 "))
    #expect(
      text.contains(
        """
        feature    values          preparation
        distance   number          null is 1243.86; (value - 1243.86) / 739.908
        dep_delay  number          null is 43.2982; (value - 43.2982) / 29.3673
        carrier    AA, B6, DL, UA  null is AA; a column of 0 and 1 for each but UA

        """))
  }

  @Test func saysWhatIsLinear() throws {
    #expect(try text("generalized linear").contains("\nlog(prediction) = intercept + sum of"))
    #expect(try text("generalized linear").contains("null is 48; (value + 8) / 98\n"))
    #expect(try text("logistic of two").contains("\nlog odds of late = intercept + sum of"))
    #expect(try text("support vectors").contains("\nscore = intercept + sum of coefficient"))
    #expect(try text("support vectors").contains("; late where it is above 0\n"))
  }

  @Test func aLogisticModelOfMoreClassesHasAColumnForEach() throws {
    let text = try text("logistic")
    #expect(text.contains("\nclasses: on time, late, very late\n"))
    #expect(text.contains(/\nfeature +on time +late +very late\n/))
  }

  // MARK: Trees

  @Test func aTreeIsNestedConditions() throws {
    let iris = try TreesFixture.table("iris")
    let rows = iris.rows(Array(iris.label.indices))
    let stored = StoredModel(
      learner: "DecisionTreeClassifier", kind: .classification,
      features: ["sepal_length", "sepal_width", "petal_length", "petal_width"].map {
        StoredModel.Feature(name: $0)
      }, classes: ["setosa", "versicolor", "virginica"],
      model: try rows.model("DecisionTreeClassifier", ["maxDepth": .integer(3)]))
    #expect(
      stored.lines.joined(separator: "\n") == """
        DecisionTreeClassifier (classification)
        classes: setosa, versicolor, virginica

        features: sepal_length, sepal_width, petal_length, petal_width

        a tree of 5 leaves, 3 splits deep

        if petal_length <= 2.45: setosa (50 rows)
        else:
          if petal_width <= 1.75:
            if petal_length <= 4.95: versicolor (47 of 48 rows)
            else: virginica (4 of 6 rows)
          else:
            if petal_length <= 4.85: virginica (2 of 3 rows)
            else: virginica (43 rows)

        feature       importance
        petal_length    0.585616
        petal_width     0.414384
        """)
  }

  @Test func splitsByCategoryNameThem() throws {
    #expect(try text("tree").contains("if carrier in {AA, B6}: "))
    #expect(try text("forest").contains("if carrier not in {AA}:\n"))
    // A column of zeros and ones.
    #expect(try text("boosted classes").contains("if carrier != B6: 0.75 (8 rows)\n"))
  }

  @Test func aForestShowsItsFirstTree() throws {
    let lines = try StoredModelCase.named("forest of classes").stored.lines
    let count = try #require(lines.firstIndex { $0.hasPrefix("3 trees of 31 nodes: ") })
    #expect(lines[count...].contains("feature    importance"))
    let first = try #require(lines.firstIndex { $0.hasPrefix("the first tree, of 5 leaves:") })
    // Two lines a split.
    #expect(lines.count - first == 1 + 2 * 4)
  }

  @Test func aLargeTreeEndsWithWhatIsLeft() throws {
    let diabetes = try TreesFixture.table("diabetes")
    let rows = diabetes.rows(Array(diabetes.label.indices))
    for (learner, limit) in [("DecisionTreeRegressor", 200), ("RandomForestRegressor", 60)] {
      let model = try rows.model(learner, ["maxDepth": .integer(12)])
      let stored = StoredModel(
        learner: learner, kind: .regression,
        features: rows.features.indices.map { .init(name: "f\($0)") }, model: model)
      let lines = stored.lines
      let tree = lines.filter { $0.contains("if f") || $0.contains("else:") }
      #expect(tree.count == limit)
      let trees = try #require(
        (model as? DecisionTreeModel)?.trees ?? (model as? TreeEnsembleModel)?.trees)
      let end = trees.treeCount > 1 ? trees.roots[1] : trees.nodeCount
      let splits = (0..<end).count { !trees.nodes[$0].isLeaf }
      #expect(lines.contains("... \(2 * splits - limit) more lines"))
    }
  }

  @Test func aTreeWithoutASplitIsALeaf() throws {
    let rows = TreeRows(features: [[1, 1]], label: [4, 4])
    let stored = StoredModel(
      learner: "DecisionTreeRegressor", kind: .regression, features: [.init(name: "x")],
      model: try rows.model("DecisionTreeRegressor"))
    #expect(
      stored.lines.suffix(3) == ["a tree of 1 leaves, 0 splits deep", "", "always 4 (2 rows)"])
  }

  // MARK: Others

  @Test func centersStandSideBySide() throws {
    let text = try text("k-means")
    #expect(text.contains("\nthe nearest of 3 centers, by Euclidean distance\n"))
    #expect(text.contains("\ncenter        cluster 0  cluster 1   cluster 2\n"))
    #expect(text.contains("\ncarrier = AA   0.478261   0.192308   0.181818\n"))
    #expect(try self.text("bisecting k-means").contains("\n3 clusters, halved again and again"))
    let mixture = try self.text("mixture")
    #expect(mixture.contains("\n(share)     0.785136   0.214864\n"))
    #expect(mixture.contains("\ndeviation  cluster 0  cluster 1\n"))
  }

  /// The priors and shares of 15, 23 and 22 rows, smoothed by 1.
  @Test func naiveBayesShowsProbabilities() throws {
    #expect(
      try text("naive Bayes of zeros and ones").hasSuffix(
        """
        class      prior probability
        on time             0.253968
        late                0.380952
        very late           0.365079

        probability of 1   on time  late  very late
        carrier = AA      0.235294  0.2    0.375
        carrier = B6      0.117647  0.32   0.291667
        carrier = DL      0.294118  0.36   0.166667
        carrier = UA      0.470588  0.16   0.166667
        """))
    #expect(try text("naive Bayes").contains("\non time             0.25\n"))
  }

  @Test func isotonicStepsAreATable() throws {
    let text = try text("isotonic")
    #expect(text.contains("\nlinear between 29 points of dep_delay, constant beyond them\n"))
    #expect(text.contains("\ndep_delay  prediction\n       -8      1.3\n"))
  }

  @Test func forecastsShowTheirStates() throws {
    #expect(
      try text("seasonal naive") == """
        SeasonalNaive (forecasting)

        each step is what was there one season of 4 steps before; deviation of the first: 9.94384

        step  forecast
           1     225.6
           2     143
           3     181.8
           4     260.2
        """)
    let text = try text("exponential smoothing")
    #expect(
      text.contains(
        "\nETS MAM: multiplicative errors, additive trend, multiplicative season of 4 steps\n"))
    #expect(text.contains("\nAICc: 282.8"))
    #expect(text.contains("\nslope               2.0"))
  }

  // MARK: Limits

  @Test func longTablesAndListsAreCounted() {
    let names = (0..<500).map { "f\($0)" }
    let lines = linear(names, names.map { _ in 1 }).lines
    #expect(lines.contains { $0.hasPrefix("features: f0, f1, ") && $0.hasSuffix("... 480 more") })
    #expect(lines.last == "... 301 more rows")
    #expect(lines.count < 220)
  }

  @Test func namesStayOnTheirLine() {
    let long = String(repeating: "x", count: 100)
    let lines = linear(["a\nb\u{1b}[2J", long], [1, 2]).lines
    #expect(lines.contains { $0.hasPrefix("a\u{fffd}b\u{fffd}[2J ") })
    #expect(lines.contains { $0.hasPrefix(String(repeating: "x", count: 60) + "... ") })
  }

  @Test func numbersOfAnySizeAreShort() {
    let values = [.nan, -.nan, .infinity, -1e300, .leastNonzeroMagnitude, 0, 1.0 / 3]
    let lines = linear(values.indices.map { "f\($0)" }, values).lines.suffix(7)
    let shown = lines.map { $0.split(separator: " ")[1] }
    #expect(shown == ["nan", "nan", "inf", "-1e+300", "4.94066e-324", "0", "0.333333"])
  }
}
