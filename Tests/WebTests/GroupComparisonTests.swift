import Foundation
import Plan
import Testing
import Web
import Wire

@Suite struct GroupComparisonTests {
  private func parsed(_ text: String) throws -> Job {
    try Job(text: text, fileName: "x.yaml", folder: JobFolder(path: "/data"))
  }

  @Test func aJobFileOfTheGroupIsMade() throws {
    let comparison = try #require(GroupComparison(Fixture.history(), Fixture.training()))
    #expect(comparison.keys == ["place", "year"])
    #expect(comparison.label == "y")
    let text = try comparison.text(for: ["place": Fixture.hostileKey, "year": nil])
    let job = try parsed(text)
    #expect(job.name.hasPrefix("compare models, LinearRegression, place = O'Hare"))
    #expect(job.outputs.map(\.table.value) == ["models_scored"])
    let rows = try #require(job.tables.first { $0.name == "models_rows" })
    // As the parser reads it, the key is what it was.
    #expect(
      rows.filter?.value.defaultName
        == "((place = \(Fixture.hostileKey)) AND (year IS NULL))")
    let models = try #require(job.tables.first { $0.name == "models_model" })
    #expect(models.filter?.value.defaultName.hasPrefix("(((learner = LinearRegression)") == true)
    guard case .read(let read) = models.source else {
      Issue.record("models are read")
      return
    }
    #expect(read.paths == ["/data/out/models"])
    let source = try #require(job.tables.first { $0.name == "models_source" })
    #expect(source.filter != nil && source.groupBy.isEmpty && source.train == nil)
    // Lists in brackets hold calls with commas.
    let features = try #require(job.tables.first { $0.name == "models_features" })
    #expect(features.select?.count == 5)
    // The other tables are as they were.
    #expect(job.tables.first { $0.name == "models" }?.train?.features.count == 3)
  }

  @Test func aGroupHasAllKeys() throws {
    let comparison = try #require(GroupComparison(Fixture.history(), Fixture.training()))
    #expect(throws: WebError.wrongRequest("the group has no value of 'year'")) {
      try comparison.text(for: ["place": "x"])
    }
  }

  @Test(arguments: [
    ("write: out/models, mode: overwrite", "write: out/models.csv, mode: overwrite"),
    ("  models: {write: out/models, mode: overwrite}\n", ""),
    ("test_fraction: 0.2", "model: false"),
    ("[LinearRegression]", "[RandomForestRegressor]"),
  ]) func withoutItsModelsItCannotBeMade(part: String, other: String) {
    var history = Fixture.history()
    history.jobFile = Fixture.jobFile.replacingOccurrences(of: part, with: other)
    #expect(history.jobFile != Fixture.jobFile)
    #expect(GroupComparison(history, Fixture.training()) == nil)
  }
}
