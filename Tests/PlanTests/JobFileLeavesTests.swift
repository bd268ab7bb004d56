import Plan
import Testing

@Suite struct JobFileLeavesTests {
  @Test func valuesAreNamedByTheWayToThem() {
    let leaves = jobFileLeaves(
      """
      tables:
        a: {read: x.csv}
        b:
          train:
            learner: [LinearRegression, {GBTRegressor: {maxIter: 20}}]
            features: [x, y]
      """)
    #expect(
      leaves.map { "\($0.path)=\($0.value)" } == [
        "tables.a.read=x.csv", "tables.b.train.learner.1=LinearRegression",
        "tables.b.train.learner.2.GBTRegressor.maxIter=20", "tables.b.train.features=[x, y]",
      ])
  }

  @Test func whatIsNoJobFileHasNone() {
    #expect(jobFileLeaves("a: [").isEmpty && jobFileLeaves("").isEmpty)
  }
}
