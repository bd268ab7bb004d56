import Learning
import Testing

/// Groups that no one would make by hand, and that jobs have all the same: each ends in a model or an error.
@Suite struct GroupEdgeTests {
  static let groups: [(name: String, rows: GroupRows)] = {
    let plain = GroupRows.noise(rowCount: 12, featureCount: 3, trainCount: 9)
    var groups: [(String, GroupRows)] = [("plain", plain)]
    func add(_ name: String, _ change: (inout GroupRows) -> Void) {
      var rows = plain
      change(&rows)
      groups.append((name, rows))
    }
    add("no rows") {
      $0 = GroupRows(features: [[], [], []], label: [], trainCount: 0)
    }
    add("no rows for training") { $0.trainCount = 0 }
    add("one row") { $0.trainCount = 1 }
    add("two rows") { $0.trainCount = 2 }
    add("no rows held out") { $0.trainCount = 12 }
    add("no weight") { $0.weights = Array(repeating: 0, count: 12) }
    add("weights of zero") { $0.weights = (0..<12).map { Double($0 % 3) } }
    add("no weight held out") { $0.weights = (0..<12).map { $0 < 9 ? 1e300 : 0 } }
    add("denormal weights") { $0.weights = Array(repeating: .leastNonzeroMagnitude, count: 12) }
    add("nulls") { for row in [0, 4, 7, 10] { $0.features[1][row] = .nan } }
    add("nulls alone") { $0.features[1] = Array(repeating: .nan, count: 12) }
    add("constant") { $0.features = $0.features.map { $0.map { _ in 3 } } }
    add("equal labels") { $0.label = $0.label.map { _ in 1 } }
    add("infinite feature") { $0.features[0][2] = .infinity }
    add("both infinities") { ($0.features[0][2], $0.features[0][3]) = (.infinity, -.infinity) }
    add("infinite when held out") { $0.features[0][10] = -.infinity }
    add("infinite label") { $0.label[3] = .infinity }
    add("huge") { $0.features[0] = $0.features[0].map { $0 * 1.7e308 } }
    add("huge label") { $0.label = $0.label.map { $0 * 1e308 } }
    add("denormal") { $0.features[0] = $0.features[0].map { $0 * .leastNonzeroMagnitude } }
    add("positive") { rows in
      rows.features = rows.features.map { $0.map { $0 + 2 } }
      rows.label = rows.label.map { $0 + 9 }
    }
    add("categories") {
      $0.features[1] = (0..<12).map { $0 == 11 ? -1 : Double($0 % 3) }
      $0.categoryCounts = [0, 3, 0]
    }
    add("one category alone") {
      $0.features = [
        Array(repeating: 0, count: 12), Array(repeating: 0, count: 12),
        Array(repeating: 0, count: 12),
      ]
      $0.categoryCounts = [1, 1, 1]
    }
    add("a category of nulls") {
      $0.features[1] = (0..<12).map { $0 < 9 ? .nan : -1 }
      $0.categoryCounts = [0, 0, 0]
    }
    add("as many categories as rows") {
      $0.features[1] = (0..<12).map { $0 < 9 ? Double($0) : -1 }
      $0.categoryCounts = [0, 9, 0]
    }
    add("no features") { $0.features = [] }
    add("wide") { rows in
      rows = .noise(rowCount: 12, featureCount: 40, trainCount: 9)
    }
    return groups
  }()

  /// The rows with labels that a kind can have: of classes as few as there are in the rows for training, first of all those.
  static func rows(_ rows: GroupRows, of kind: LearnerKind, classCount: Int) -> GroupRows {
    guard kind == .classification else { return rows }
    var rows = rows
    rows.label = rows.label.indices.map { Double($0 % classCount) }
    rows.classCount = min(rows.trainCount, classCount)
    rows.knownClassCount = min(rows.label.count, classCount)
    return rows
  }

  private func hasNulls(_ rows: GroupRows) -> Bool {
    rows.features.contains { $0.contains { $0.isNaN } }
  }

  private func expectSound(
    _ result: GroupModel, _ rows: GroupRows, _ training: GroupTraining, _ name: String
  ) {
    #expect((result.error == nil) == (result.model != nil), "\(name)")
    #expect(result.validation.count == (training.folds >= 2 ? training.metrics.count : 0))
    #expect(result.importances.count == training.explanations.count)
    #expect(rows.trainCount > 0 || result.error != nil, "\(name)")
    for values in result.importances {
      guard let values else { continue }
      #expect(values.count == rows.features.count)
      #expect(!values.contains { $0.isNaN } || name.contains("infinit"), "\(name)")
    }
    if let error = result.error {
      // Names of features before preparation.
      #expect(!error.message(features: rows.features.indices.map { "x\($0)" }).isEmpty)
      #expect(result.validation.allSatisfy { $0 == nil })
      #expect(result.importances.allSatisfy { $0 == nil })
      #expect(result.trainErrors == .noExamples && result.testErrors == .noExamples)
    }
  }

  @Test(
    arguments: LearnerRegistry.names,
    [FeaturePreparation.Imputation.none, .mean, .median, .mode])
  func endInAModelOrAnError(learner: String, imputation: FeaturePreparation.Imputation) throws {
    let scalings: [FeaturePreparation.Scaling] = [.none, .standard, .minmax]
    for (index, (name, group)) in Self.groups.enumerated() {
      if imputation == .none, hasNulls(group) { continue }
      let training = try GroupTraining.of([(learner, [:])]) {
        $0.imputation = imputation
        $0.scaling = scalings[index % 3]
        $0.folds = 3
        $0.explanations = Explanation.allCases
      }
      for classCount in 1...3 {
        let rows = Self.rows(group, of: training.kind, classCount: classCount)
        let result = try rows.train(training)[0]
        expectSound(result, rows, training, name)
        // Nothing of one training stays for the next.
        let again = try rows.train(training)[0]
        #expect(again.error == result.error)
        #expect("\(again.testErrors)" == "\(result.testErrors)")
        if training.kind != .classification { break }
      }
    }
  }

  /// One trainer for all groups one after the other says the same as one for each.
  @Test(arguments: LearnerRegistry.names)
  func groupsDoNotKnowOfEachOther(learner: String) throws {
    let training = try GroupTraining.of([(learner, [:]), (learner, [:])]) {
      $0.imputation = .median
      $0.folds = 2
      $0.explanations = Explanation.allCases
    }
    let trainer = try GroupTrainer(training, featureCount: 3)
    for (name, group) in Self.groups + Self.groups.reversed() where group.features.count == 3 {
      let rows = Self.rows(group, of: training.kind, classCount: 2)
      let kept = rows.withExamples { trainer.train($0) }
      let fresh = try rows.train(training)
      for (one, other) in zip(kept, fresh) {
        #expect(one.error == other.error, "\(name)")
        #expect(bytes(one) == bytes(other), "\(name)")
        #expect(one.validation.map(\.?.bitPattern) == other.validation.map(\.?.bitPattern))
        #expect("\(one.importances)" == "\(other.importances)")
      }
      #expect(bytes(kept[0]) == bytes(kept[1]))
    }
  }

  private func bytes(_ result: GroupModel) -> [UInt8]? {
    guard let model = result.model else { return nil }
    var writer = ModelWriter()
    model.write(to: &writer)
    result.preparation?.write(to: &writer)
    return writer.bytes
  }

  /// Rows of weight 0 are as good as not there, in folds and preparation, too.
  @Test(arguments: ["LinearRegression", "DecisionTreeRegressor", "LogisticRegression"])
  func rowsOfWeightZeroCountForNothing(learner: String) throws {
    let training = try GroupTraining.of([
      (learner, ["regParam": .double(0.1)].filter { _ in learner != "DecisionTreeRegressor" })
    ]) {
      $0.scaling = .standard
      $0.imputation = .mean
      $0.folds = 3
      $0.explanations = [.permutation]
    }
    var rows = Self.rows(
      .noise(rowCount: 40, featureCount: 3, trainCount: 30), of: training.kind, classCount: 2)
    rows.weights = (0..<40).map { [1, 0, 2, 1, 0][$0 % 5] }
    // What such rows hold has no say, either.
    for row in 0..<40 where rows.weights?[row] == 0 { rows.features[0][row] = 1e6 }
    var fewer = rows
    let kept = (0..<40).filter { rows.weights?[$0] != 0 }
    fewer.features = rows.features.map { column in kept.map { column[$0] } }
    fewer.label = kept.map { rows.label[$0] }
    fewer.weights = kept.map { rows.weights?[$0] ?? 1 }
    fewer.trainCount = kept.count { $0 < 30 }
    let (all, some) = try (rows.train(training)[0], fewer.train(training)[0])
    #expect(all.error == nil)
    #expect(all.preparation == some.preparation)
    #expect(all.validation == some.validation)
    #expect(all.importances == some.importances)
    // Sums go eight rows at a time, so which rows are added to each other differs.
    for metric in training.metrics {
      let one = try #require(all.testErrors.value(of: metric), "\(metric)")
      let other = try #require(some.testErrors.value(of: metric), "\(metric)")
      #expect((one - other).magnitude <= 1e-12 * max(1, other.magnitude), "\(metric)")
    }
  }

  @Test func moreFoldsThanRowsHoldOutEachRowOnce() throws {
    let rows = GroupRows.noise(rowCount: 6, featureCount: 1)
    let many = try rows.train(.of([("LinearRegression", [:])], metrics: [.mae]) { $0.folds = 6 })
    let more = try rows.train(
      .of([("LinearRegression", [:])], metrics: [.mae]) { $0.folds = 1_000_000_000 })
    #expect(many[0].validation[0] != nil)
    #expect(many[0].validation == more[0].validation)
    // In order there is no window.
    let ordered = try rows.train(
      .of([("LinearRegression", [:])], metrics: [.mae]) {
        $0.folds = 6
        $0.isOrdered = true
      })
    #expect(ordered[0].error == nil && ordered[0].validation == [nil])
  }

  /// A class of one row is unseen in the fold that holds it out: its model has the other classes.
  @Test func classesThatAFoldHasNotSeenAreUnseen() throws {
    var rows = GroupRows.noise(rowCount: 30, featureCount: 2, classCount: 2)
    rows.label[7] = 2
    (rows.classCount, rows.knownClassCount) = (3, 3)
    let training = try GroupTraining.of(
      [("GBTClassifier", [:]), ("DecisionTreeClassifier", [:])], metrics: [.accuracy]
    ) { $0.folds = 3 }
    let results = try rows.train(training)
    #expect(results[0].error == .tooManyClasses(count: 3, allowed: 2))
    #expect(results[1].error == nil)
    // Class 1 stands for the row of the third class then, so that classes 0 and 2 are 0 and 1 in its fold: numbers of
    // classes have no say in what trees make of them.
    rows.label = rows.label.map { $0 == 2 ? 1 : $0 == 1 ? 2 : 0 }
    let renamed = try rows.train(training)[1]
    #expect(renamed.validation[0] != nil && renamed.validation == results[1].validation)
  }

  @Test func heldOutClassesThatTrainingHasNotSeenCountAsWrong() throws {
    var rows = GroupRows.noise(rowCount: 40, featureCount: 2, trainCount: 20, classCount: 2)
    rows.label = rows.features[0].map { $0 > 0 ? 1 : 0 }
    let known = try rows.train(.of([("DecisionTreeClassifier", [:])], metrics: [.accuracy]))
    for row in 30..<40 { rows.label[row] = 2 }
    rows.knownClassCount = 3
    let unknown = try rows.train(.of([("DecisionTreeClassifier", [:])], metrics: [.accuracy]))
    let accuracy = try #require(known[0].testErrors.value(of: .accuracy))
    #expect(accuracy > 0.8)
    #expect(try #require(unknown[0].testErrors.value(of: .accuracy)) <= 0.5)
    #expect(unknown[0].testErrors.value(of: .accuracy) != 0)
  }

  /// What would take more memory than an executor can be asked for is an error of the group.
  @Test func whatDoesNotFitIntoMemoryIsAnError() throws {
    let count = 12_000
    let codes = (0..<count).map(Double.init)
    var rows = GroupRows(
      features: [codes], categoryCounts: [Int32(count)],
      label: codes.map { Double(Int($0) % 7) }, trainCount: count)
    let columns = try rows.train(.of([("LinearRegression", [:])]))[0].error
    #expect(columns == .tooManyColumns(count: count - 1, rowCount: count))
    #expect(columns?.message(features: ["x"]).contains("11999 columns of 12000 rows") == true)
    rows.categoryCounts = nil
    rows.label = codes
    (rows.classCount, rows.knownClassCount) = (count, count)
    let classes = try rows.train(.of([("DecisionTreeClassifier", [:])]))[0].error
    #expect(classes == .tooManyClasses(count: count, allowed: (1 << 27) / count))
  }

  @Test func oneCandidateThatFailsLeavesTheOthers() throws {
    var rows = GroupRows.noise(rowCount: 20, featureCount: 3, trainCount: 15)
    rows.features[2] = zip(rows.features[0], rows.features[1]).map { $0 + $1 }
    let results = try rows.train(
      .of([("LinearRegression", [:]), ("LinearRegression", ["regParam": .double(1)])]))
    #expect(results[0].error == .collinear(feature: 2))
    #expect(results[1].error == nil && results[1].model != nil)
  }

  /// The column that a learner complains of is told as the feature that it was made of.
  @Test func errorsNameFeaturesBeforePreparation() throws {
    var rows = GroupRows.noise(rowCount: 24, featureCount: 3)
    rows.features[0] = (0..<24).map { Double($0 % 4) }
    rows.categoryCounts = [4, 0, 0]
    rows.features[2] = rows.features[1].map { 2 * $0 }
    let result = try rows.train(.of([("LinearRegression", [:])]))[0]
    #expect(result.error == .collinear(feature: 2))
  }
}
