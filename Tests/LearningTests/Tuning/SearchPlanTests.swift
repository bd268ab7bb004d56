import Foundation
import Learning
import Testing

@Suite struct SearchPlanTests {
  private let space: SearchSpace

  init() throws {
    space = try SearchSpace([
      ("regParam", .doubles(1e-4...10, isLogarithmic: true)),
      ("maxDepth", .integers(2...9, isLogarithmic: false)),
      ("impurity", .choices([.string("gini"), .string("entropy")])),
    ])
  }

  /// Least at regParam 0.1, maxDepth 6 and entropy.
  private func loss(_ trial: Trial) -> Double {
    var sum = 0.0
    for choice in trial.choices {
      switch choice.value {
      case .double(let value): sum += pow(log10(value) + 1, 2)
      case .integer(let value): sum += pow(Double(value) - 6, 2) / 4
      case .string(let value): sum += value == "entropy" ? 0 : 1
      case .boolean: sum += .infinity
      }
    }
    return sum
  }

  private func run(_ plan: some SearchPlan, _ loss: (Trial) -> Double?) -> (any SearchPlan, [Trial])
  {
    var plan = plan
    var trials: [Trial] = []
    while let trial = plan.suggest() {
      trials.append(trial)
      plan.report(trial.number, loss: loss(trial))
    }
    return (plan, trials)
  }

  @Test func aGridHasAllCombinationsInOrder() throws {
    let grid = try SearchSpace([
      ("a", .choices([.double(0.5), .double(2)])), ("b", .integers(3...5, isLogarithmic: false)),
    ])
    let (plan, trials) = run(try GridSearch(grid)) { Double(-$0.number) }
    let values = trials.map { $0.choices.map(\.value) }
    #expect(
      values == [
        [.double(0.5), .integer(3)], [.double(0.5), .integer(4)], [.double(0.5), .integer(5)],
        [.double(2), .integer(3)], [.double(2), .integer(4)], [.double(2), .integer(5)],
      ])
    #expect(trials[0].choices.map(\.name) == ["a", "b"])
    #expect(plan.best?.trial == trials[5])
  }

  @Test func gridsWithoutAnEndAreRefused() throws {
    #expect(throws: SearchSpaceError.notAGrid(name: "regParam")) { try GridSearch(space) }
    let large = try SearchSpace([
      ("a", .integers(1...4_000_000_000_000_000, isLogarithmic: false)),
      ("b", .integers(1...4_000_000_000_000_000, isLogarithmic: false)),
    ])
    #expect(throws: SearchSpaceError.gridTooLarge(limit: GridSearch.largestCount)) {
      try GridSearch(large)
    }
  }

  @Test func randomValuesAreSpreadOverTheirRanges() {
    let (_, trials) = run(RandomSearch(space, trialCount: 800, seed: 3)) { _ in 0 }
    #expect(trials.count == 800)
    var depths: [Int64: Int] = [:]
    var decades = Array(repeating: 0, count: 5)
    var words: [ParameterValue: Int] = [:]
    for trial in trials {
      if case .double(let value) = trial.choices[0].value {
        #expect(value >= 1e-4 && value <= 10)
        decades[min(4, Int(log10(value) + 4))] += 1
      }
      if case .integer(let value) = trial.choices[1].value { depths[value, default: 0] += 1 }
      words[trial.choices[2].value, default: 0] += 1
    }
    #expect(Set(depths.keys) == Set(2...9))
    // Five standard deviations around 160, 100 and 400.
    #expect(decades.allSatisfy { $0 > 103 && $0 < 217 })
    #expect(depths.values.allSatisfy { $0 > 53 && $0 < 147 })
    #expect(words.values.allSatisfy { $0 > 329 && $0 < 471 })
  }

  @Test func aSeedFixesAllTrials() {
    let plans: [(Int64) -> any SearchPlan] = [
      { RandomSearch(space, trialCount: 30, seed: $0) },
      { ParzenSearch(space, trialCount: 30, seed: $0) },
      { SuccessiveHalving(space, trialCount: 27, factor: 3, seed: $0) },
    ]
    for plan in plans {
      let first = run(plan(5), loss).1
      #expect(first == run(plan(5), loss).1)
      #expect(first != run(plan(6), loss).1)
    }
  }

  /// What a search is for: the mean best loss of 20 seeds, against that of as many random trials.
  @Test func parzenEstimatorsFindMoreThanChance() {
    var parzen = 0.0
    var random = 0.0
    for seed in 0..<Int64(20) {
      parzen += run(ParzenSearch(space, trialCount: 50, seed: seed), loss).0.best!.loss / 20
      random += run(RandomSearch(space, trialCount: 50, seed: seed), loss).0.best!.loss / 20
    }
    #expect(parzen < 0.75 * random)
  }

  @Test func parzenEstimatorsPreferTheBetterChoice() {
    let (_, trials) = run(ParzenSearch(space, trialCount: 80, seed: 1), loss)
    let late = trials.suffix(40)
    #expect(late.count { $0.choices[2].value == .string("entropy") } > 25)
  }

  /// Trials may be out together, and reports may come in any order, twice, or of trials that there are none of.
  @Test func plansTakeReportsInAnyOrder() {
    var plans: [any SearchPlan] = [
      RandomSearch(space, trialCount: 24, seed: 1), ParzenSearch(space, trialCount: 24, seed: 1),
      SuccessiveHalving(space, trialCount: 24, factor: 2, seed: 1),
    ]
    for index in plans.indices {
      var count = 0
      var out: [Trial] = []
      while true {
        while let trial = plans[index].suggest(), out.count < 7 {
          out.append(trial)
        }
        if out.isEmpty { break }
        count += out.count
        for trial in out.reversed() {
          plans[index].report(trial.number, loss: trial.number % 5 == 0 ? nil : loss(trial))
          plans[index].report(trial.number, loss: -100)
        }
        plans[index].report(-1, loss: 0)
        plans[index].report(10_000, loss: 0)
        out = []
        if count > 200 { break }
      }
      #expect(count <= 60)
      #expect((plans[index].best?.loss ?? -1) >= 0)
    }
  }

  @Test func failuresAndNaNAreNeverTheBest() {
    var plan = RandomSearch(space, trialCount: 3, seed: 1)
    for _ in 0..<3 { _ = plan.suggest() }
    plan.report(0, loss: nil)
    #expect(plan.best == nil)
    plan.report(1, loss: .nan)
    #expect(plan.best == nil)
    plan.report(2, loss: 4)
    #expect(plan.best?.loss == 4)
    let end = plan.suggest()
    #expect(end == nil)
  }

  @Test func halvingGivesTheBestOfARungMoreOfTheEffort() {
    var plan = SuccessiveHalving(space, trialCount: 9, factor: 3, seed: 2)
    #expect(plan.rungs.map(\.count) == [9, 3, 1])
    let third = 1.0 / 3
    let shares: [Double] = [third / 3, third, 1]
    #expect(plan.rungs.map(\.share) == shares)
    var first: [Trial] = []
    while let trial = plan.suggest() { first.append(trial) }
    #expect(first.count == 9)
    for trial in first.dropLast().reversed() { plan.report(trial.number, loss: loss(trial)) }
    let early = plan.suggest()
    #expect(early == nil)
    plan.report(8, loss: loss(first[8]))
    var second: [Trial] = []
    while let trial = plan.suggest() { second.append(trial) }
    let best = first.sorted { loss($0) < loss($1) }.prefix(3)
    #expect(Set(second.map(\.choices)) == Set(best.map(\.choices)))
    #expect(second.allSatisfy { $0.share == third })
    // A worse loss of the full effort counts more than a better one of a part.
    for trial in second { plan.report(trial.number, loss: Double(trial.number)) }
    let last = plan.suggest()
    #expect(last?.choices == second[0].choices)
    plan.report(last?.number ?? -1, loss: 1000)
    #expect(plan.best?.trial == last)
    let end = plan.suggest()
    #expect(end == nil)
  }

  @Test func halvingAlwaysEndsWithTheFullEffort() {
    for count in 1...20 {
      for factor in 2...4 {
        let plan = SuccessiveHalving(space, trialCount: count, factor: factor, seed: 1)
        #expect(plan.rungs.last?.share == 1)
        #expect(plan.rungs[0].count == count)
        let (end, trials) = run(plan, loss)
        #expect(trials.count == plan.rungs.reduce(0) { $0 + $1.count })
        #expect(end.best?.trial.share == 1)
      }
    }
  }

  @Test func spacesThatAreNoneAreRefused() {
    typealias Values = SearchSpace.Values
    let faults: [([(name: String, values: Values)], SearchSpaceError)] = [
      ([], .empty),
      ([("a", .choices([]))], .noChoices(name: "a")),
      ([("a", .choices([.double(1)])), ("a", .choices([.double(1)]))], .duplicate(name: "a")),
      ([("a", .doubles(0...1, isLogarithmic: true))], .noLogarithm(name: "a", lowest: .double(0))),
      (
        [("a", .integers(-3...1, isLogarithmic: true))],
        .noLogarithm(name: "a", lowest: .integer(-3))
      ),
      ([("a", .doubles(0 ... .infinity, isLogarithmic: false))], .infiniteRange(name: "a")),
      ([("a", .doubles(-1e308...1e308, isLogarithmic: false))], .infiniteRange(name: "a")),
      ([("a", .integers(0 ... .max, isLogarithmic: false))], .infiniteRange(name: "a")),
    ]
    for (dimensions, error) in faults {
      #expect(throws: error) { try SearchSpace(dimensions) }
      #expect(!"\(error)".isEmpty)
    }
  }

  @Test(arguments: [true, false])
  func narrowAndWideRangesDoNotTrap(isLogarithmic: Bool) throws {
    let space = try SearchSpace([
      ("point", .doubles(3...3, isLogarithmic: isLogarithmic)),
      ("wide", .doubles(1e-300...1e307, isLogarithmic: isLogarithmic)),
      ("one", .integers(1...1, isLogarithmic: isLogarithmic)),
      ("many", .integers(1...(1 << 52), isLogarithmic: isLogarithmic)),
      ("word", .choices([.boolean(true)])),
    ])
    let (_, trials) = run(ParzenSearch(space, trialCount: 40, seed: 9)) { Double($0.number % 7) }
    #expect(trials.count == 40)
    for trial in trials {
      guard case .double(let point) = trial.choices[0].value,
        case .integer(let many) = trial.choices[3].value
      else {
        Issue.record("values of another type")
        return
      }
      #expect((point - 3).magnitude < 1e-12)
      #expect(trial.choices[2].value == .integer(1))
      #expect(many >= 1 && many <= 1 << 52)
    }
  }
}

@Suite struct MedianStoppingRuleTests {
  /// Whether each of the reports of one trial, in the order of its steps, stops it.
  private func stops(
    _ rule: inout MedianStoppingRule, trial: Int, losses: [Double]
  ) -> [Bool] {
    losses.map { rule.report(trial, loss: $0) }
  }

  @Test func stopsWhatIsWorseThanTheMedianOfTheOthers() {
    var rule = MedianStoppingRule(neededTrials: 3, graceSteps: 1)
    let others = (0..<3).map { trial in
      stops(&rule, trial: trial, losses: [Double(trial) + 2, Double(trial) + 1])
    }
    #expect(others == Array(repeating: [false, false], count: 3))
    // Means up to step 2 are 1.5, 2.5 and 3.5; the first step is free, then the best loss counts.
    #expect(stops(&rule, trial: 3, losses: [100, 2.6]) == [false, true])
    #expect(stops(&rule, trial: 4, losses: [100, 2.4]) == [false, false])
  }

  @Test func waitsForEnoughTrialsAndForGrace() {
    var rule = MedianStoppingRule(neededTrials: 2, graceSteps: 3)
    #expect(!stops(&rule, trial: 0, losses: [0, 1, 2, 3, 4]).contains(true))
    #expect(!stops(&rule, trial: 1, losses: [50, 50, 50, 50, 50]).contains(true))
    #expect(
      stops(&rule, trial: 2, losses: [1000, 1000, 1000, 1000]) == [false, false, false, true])
  }

  @Test func nanIsTheWorst() {
    var rule = MedianStoppingRule(neededTrials: 1, graceSteps: 0)
    #expect(stops(&rule, trial: 0, losses: [1e300]) == [false])
    #expect(stops(&rule, trial: 1, losses: [.nan]) == [true])
  }
}
