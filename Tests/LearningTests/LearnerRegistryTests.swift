import Learning
import Testing

@Suite struct LearnerRegistryTests {
  @Test func findsLearnersByTheirExactName() throws {
    let learner = try #require(LearnerRegistry.learner(named: "LinearRegression"))
    #expect(learner.kind == .regression)
    #expect(learner.isMergeable)
    #expect(learner.defaultMetrics == [.rmse, .r2])
    #expect(LearnerRegistry.learner(named: "linearregression") == nil)
    #expect(LearnerRegistry.names.contains("LinearRegression"))
  }

  @Test func namesAndDefaultsAreSound() throws {
    #expect(Set(LearnerRegistry.names).count == LearnerRegistry.names.count)
    for learner in LearnerRegistry.learners {
      #expect(Set(learner.parameters.map(\.name)).count == learner.parameters.count)
      for parameter in learner.parameters {
        #expect(parameter.accepted(parameter.defaultValue) == parameter.defaultValue)
      }
      #expect(Set(learner.defaultMetrics).isSubset(of: learner.metrics))
      _ = try learner.validate([:])
    }
  }

  @Test func fillsInDefaultsAndConvertsWholeNumbers() throws {
    let learner = try #require(LearnerRegistry.learner(named: "LinearRegression"))
    #expect(
      try learner.validate(["regParam": .integer(2)]) == [
        "regParam": .double(2), "elasticNetParam": .double(0), "fitIntercept": .boolean(true),
        "maxIter": .integer(100), "standardization": .boolean(true), "tol": .double(1e-6),
      ])
  }

  @Test func refusesUnknownParametersAndNamesTheKnownOnes() throws {
    let learner = try #require(LearnerRegistry.learner(named: "LinearRegression"))
    let error = #expect(throws: ParameterError.self) {
      try learner.validate(["regparam": .double(1), "zeta": .double(1)])
    }
    #expect(
      "\(try #require(error))" == "LinearRegression has no parameter 'regparam': it has "
        + "elasticNetParam, fitIntercept, maxIter, regParam, standardization, tol")
  }

  @Test(arguments: [
    ParameterValue.double(-1), .double(.nan), .double(.infinity), .string("1"), .boolean(true),
    .integer(.min),
  ])
  func refusesValuesOutsideOfTheDomain(value: ParameterValue) throws {
    let learner = try #require(LearnerRegistry.learner(named: "LinearRegression"))
    let error = #expect(throws: ParameterError.self) { try learner.validate(["regParam": value]) }
    #expect(
      "\(try #require(error))"
        == "regParam of LinearRegression is \(value), but must be a number of at least 0.0")
  }

  @Test func refusesASharePastTheWholePenalty() throws {
    let learner = try #require(LearnerRegistry.learner(named: "LinearRegression"))
    #expect(throws: ParameterError.self) { try learner.validate(["elasticNetParam": .double(1.5)]) }
  }

  @Test func readsValuesFromTexts() throws {
    let number = Parameter("n", .double(0...1), default: .double(0), documentation: "")
    #expect(number.value(parsing: "0.25") == .double(0.25))
    #expect(number.value(parsing: "1") == .double(1))
    #expect(number.value(parsing: "1e400") == nil)
    #expect(number.value(parsing: "nan") == nil)
    #expect(number.value(parsing: "no") == nil)
    let whole = Parameter("n", .integer(1 ... .max), default: .integer(1), documentation: "")
    #expect(whole.value(parsing: "9223372036854775807") == .integer(.max))
    #expect(whole.value(parsing: "9223372036854775808") == nil)
    #expect(whole.value(parsing: "0") == nil)
    let flag = Parameter("n", .boolean, default: .boolean(false), documentation: "")
    #expect(flag.value(parsing: "TRUE") == .boolean(true))
    #expect(flag.value(parsing: "yes") == nil)
    let word = Parameter(
      "n", .string(["auto", "all"]), default: .string("auto"), documentation: "")
    #expect(word.value(parsing: "all") == .string("all"))
    #expect(word.value(parsing: "other") == nil)
  }
}
