import Learning
import Testing

@Suite struct GroupTuningTests {
  private let penalties: [(name: String, values: SearchSpace.Values)] = [
    (name: "regParam", values: .doubles(0.001...10, isLogarithmic: true)),
    (name: "elasticNetParam", values: .choices([.double(0), .double(0.5)])),
  ]

  private func tuned(
    _ learner: String = "LinearRegression", _ parameters: [String: ParameterValue] = [:],
    _ dimensions: [(name: String, values: SearchSpace.Values)], _ tuning: Tuning,
    _ change: (inout GroupTraining) -> Void = { _ in }
  ) throws -> GroupTraining {
    try .of(
      [(learner, parameters)], metrics: [tuning.metric], space: try SearchSpace(dimensions)
    ) {
      $0.tuning = tuning
      change(&$0)
    }
  }

  private func tuning(
    _ search: Tuning.Search, trialCount: Int = 12, metric: Metric = .rmse,
    earlyStopping: Tuning.EarlyStopping = .none
  ) -> Tuning {
    Tuning(
      search: search, trialCount: trialCount, metric: metric, earlyStopping: earlyStopping)
  }

  private func parameters(_ choices: [Trial.Choice]) -> [String: ParameterValue] {
    Dictionary(uniqueKeysWithValues: choices.map { ($0.name, $0.value) })
  }

  /// What a search finds is what cross-validating each of its trials by itself finds.
  @Test(arguments: [false, true])
  func theBestOfTheTrialsIsTrained(isOrdered: Bool) throws {
    let rows = GroupRows.noise(rowCount: 60, featureCount: 4, trainCount: 50)
    let training = try tuned("LinearRegression", [:], penalties, tuning(.random)) {
      $0.folds = 4
      $0.isOrdered = isOrdered
    }
    let found = try rows.train(training)[0]
    #expect(found.trialCount == 12)

    var plan = RandomSearch(try SearchSpace(penalties), trialCount: 12, seed: training.seed)
    var least = Double.infinity
    var best: Trial?
    while let trial = plan.suggest() {
      let plain = try GroupTraining.of(
        [("LinearRegression", parameters(trial.choices))], metrics: [.rmse]
      ) {
        $0.folds = 4
        $0.isOrdered = isOrdered
      }
      let loss = try #require(try rows.train(plain)[0].validation[0])
      if loss < least { (least, best) = (loss, trial) }
    }
    #expect(found.choices == best?.choices)
    #expect(found.validation == [least])
    let stated = try rows.train(
      .of([("LinearRegression", parameters(found.choices))], metrics: [.rmse]))[0]
    #expect(found.linearModel == stated.linearModel)
    #expect(found.testErrors == stated.testErrors)
  }

  @Test(arguments: [Tuning.Search.random, .tpe, .halving])
  func searchesAreReproducibleAndKnowOneGroupOnly(search: Tuning.Search) throws {
    let training = try tuned(
      "DecisionTreeRegressor", [:],
      [
        (name: "maxDepth", values: .integers(1...6, isLogarithmic: false)),
        (name: "minInstancesPerNode", values: .integers(1...20, isLogarithmic: true)),
      ], tuning(search, trialCount: 20, metric: .mae, earlyStopping: .median))
    let trainer = try GroupTrainer(training, featureCount: 3)
    var different: Set<[Trial.Choice]> = []
    for (seed, rowCount) in [(1, 24), (2, 400), (3, 90), (1, 24)] as [(Int64, Int)] {
      let rows = GroupRows.noise(rowCount: rowCount, featureCount: 3, seed: seed)
      let kept = rows.withExamples { trainer.train($0)[0] }
      let fresh = try rows.train(training)[0]
      #expect(kept.choices == fresh.choices)
      #expect(kept.trainErrors == fresh.trainErrors)
      // Of 20 trials 6 and then 2 go on.
      #expect(kept.trialCount == (search == .halving ? 28 : 20))
      #expect(kept.choices.map(\.name) == ["maxDepth", "minInstancesPerNode"])
      different.insert(kept.choices)
    }
    #expect(different.count > 1)
  }

  /// A search over a wide range does better than its worst half.
  @Test(arguments: [Tuning.Search.grid, .random, .tpe, .halving])
  func searchesFindAGoodPenalty(search: Tuning.Search) throws {
    let rows = GroupRows.noise(rowCount: 200, featureCount: 4)
    let values: SearchSpace.Values =
      search == .grid
      ? .choices([100, 10, 1, 0.1, 0.001].map { .double($0) })
      : .doubles(1e-4...1e3, isLogarithmic: true)
    let training = try tuned(
      "LinearRegression", [:], [(name: "regParam", values: values)],
      tuning(search, trialCount: 9)
    ) { $0.folds = 3 }
    let found = try rows.train(training)[0]
    guard case .double(let chosen) = found.choices.first?.value else {
      Issue.record("nothing is chosen")
      return
    }
    #expect(chosen < 1)
    #expect(found.trialCount == (search == .grid ? 5 : search == .halving ? 13 : 9))
  }

  /// Trials that begin badly are not brought to their end, so that one that would have won does not.
  @Test func theMedianRuleEndsTrials() throws {
    let dimensions: [(name: String, values: SearchSpace.Values)] = [
      (name: "season", values: .integers(1...6, isLogarithmic: false))
    ]
    var differences = 0
    for seed in 1...100 as ClosedRange<Int64> {
      var random = SeededRandom(seed: seed)
      let rows = GroupRows(
        features: [], label: (0..<40).map { _ in random.uniform() }, trainCount: 40)
      let results = try [Tuning.EarlyStopping.none, .median].map { stopping in
        try rows.train(
          tuned(
            "SeasonalNaive", [:], dimensions,
            tuning(.grid, metric: .mae, earlyStopping: stopping)
          ) { $0.folds = 4 })[0]
      }
      #expect(results[0].trialCount == 6 && results[1].trialCount == 6)
      if results[0].choices == results[1].choices { continue }
      differences += 1
      let losses = try results.map { try #require($0.validation[0]) }
      #expect(losses[0] < losses[1])
    }
    #expect(differences > 0 && differences < 50)
  }

  @Test func whereAllTrialsFailTheStatedParametersTrain() throws {
    var rows = GroupRows.noise(rowCount: 30, featureCount: 2)
    rows.features.append(zip(rows.features[0], rows.features[1]).map { $0 - $1 })
    let dimensions: [(name: String, values: SearchSpace.Values)] = [
      (name: "regParam", values: .choices([.double(0), .integer(0)]))
    ]
    let failing = try rows.train(tuned("LinearRegression", [:], dimensions, tuning(.grid)))[0]
    #expect(failing.error == .collinear(feature: 2))
    #expect(failing.choices.isEmpty && failing.trialCount == 2)
    let stated = try rows.train(
      tuned("LinearRegression", ["regParam": .double(0.5)], dimensions, tuning(.grid)))[0]
    #expect(stated.error == nil && stated.choices.isEmpty && stated.trialCount == 2)
  }

  @Test func aTrialOfParametersThatDoNotGoTogetherFails() throws {
    var rows = GroupRows.noise(rowCount: 30, featureCount: 2)
    rows.label = rows.label.map { $0 > 0 ? 1 : 0 }
    let training = try tuned(
      "GeneralizedLinearRegression", ["family": .string("binomial")],
      [(name: "link", values: .choices([.string("log"), .string("probit")]))],
      tuning(.grid)
    ) { $0.seed = 3 }
    let found = try rows.train(training)[0]
    #expect(found.choices.map(\.value) == [.string("probit")])
    #expect(found.trialCount == 2)
  }

  @Test func tooFewRowsForFoldsTrainAsStated() throws {
    let rows = GroupRows.noise(rowCount: 3, featureCount: 1)
    let training = try tuned("LinearRegression", [:], penalties, tuning(.random)) {
      $0.isOrdered = true
    }
    let found = try rows.train(training)[0]
    #expect(found.error == nil && found.choices.isEmpty && found.trialCount == 0)
  }

  @Test func spacesOutsideOfTheDomainAreRefused() throws {
    func refused(
      _ name: String, _ values: SearchSpace.Values, _ search: Tuning.Search = .random
    ) throws -> ParameterError? {
      let training = try tuned(
        "DecisionTreeRegressor", [:], [(name: name, values: values)], tuning(search))
      do throws(ParameterError) {
        _ = try GroupTrainer(training, featureCount: 2)
        return nil
      } catch {
        return error
      }
    }
    let depth = try #require(
      LearnerRegistry.learner(named: "DecisionTreeRegressor")?.parameter(named: "maxDepth"))
    let learner = "DecisionTreeRegressor"
    #expect(try refused("maxDepth", .integers(1...30, isLogarithmic: true)) == nil)
    #expect(
      try refused("maxDepth", .integers(1...31, isLogarithmic: true))
        == .outOfDomain(learner: learner, parameter: depth, value: .integer(31)))
    #expect(
      try refused("maxDepth", .doubles(1...3, isLogarithmic: false))
        == .outOfDomain(learner: learner, parameter: depth, value: .double(1)))
    #expect(
      try refused("maxDepth", .choices([.integer(3), .string("deep")]))
        == .outOfDomain(learner: learner, parameter: depth, value: .string("deep")))
    guard
      case .unknownParameter(learner, "depth", _) = try refused("depth", .choices([.integer(3)]))
    else {
      Issue.record("a parameter that is none is taken")
      return
    }
    let grid = try refused("minInfoGain", .doubles(0...1, isLogarithmic: false), .grid)
    #expect(grid == .searchSpace(learner: learner, .notAGrid(name: "minInfoGain")))
    #expect(grid?.description.hasPrefix("the search for DecisionTreeRegressor: ") == true)
  }

  @Test func statedParametersAreChecked() throws {
    let description = try #require(LearnerRegistry.learner(named: "LinearRegression"))
    let training = GroupTraining(
      candidates: [
        GroupTraining.Candidate(description: description, parameters: ["regParam": .double(-1)])
      ], kind: .regression, metrics: [.rmse], seed: 1)
    #expect(throws: ParameterError.self) { try GroupTrainer(training, featureCount: 1) }
  }
}
