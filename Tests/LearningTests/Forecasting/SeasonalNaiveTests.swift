import Learning
import Testing

@Suite struct SeasonalNaiveTests {
  private func fit(_ series: [Double], season: Int) throws -> SeasonalNaiveModel {
    let model = try forecastModel(
      "SeasonalNaive", series, ["season": .integer(Int64(season))])
    return try #require(model as? SeasonalNaiveModel)
  }

  /// The definition, on statsmodels' series: values of a season before, errors of the seasons within.
  @Test(arguments: ForecastingFixture.shared.cases)
  func repeatsTheLastSeason(fixture: ForecastingFixture.Case) throws {
    let season = fixture.period
    let model = try fit(fixture.series, season: season)
    let count = fixture.series.count
    var squares = 0.0
    for time in season..<count {
      let error = fixture.series[time] - fixture.series[time - season]
      squares += error * error / Double(count - season)
    }
    let forecast = model.forecast(steps: 2 * season + 1, level: 0.95)
    for step in 0...2 * season {
      #expect(forecast.means[step] == fixture.series[count - season + step % season])
      let half = 1.959963984540054 * (squares * Double(1 + step / season)).squareRoot()
      #expect((forecast.upper[step] - forecast.means[step] - half).magnitude <= 1e-9 * half)
      #expect((forecast.means[step] - forecast.lower[step] - half).magnitude <= 1e-9 * half)
    }
  }

  @Test func withoutASeasonItIsTheLastValue() throws {
    let model = try fit([3, 5, 4], season: 1)
    #expect(model.forecast(steps: 3, level: 0.9).means == [4, 4, 4])
    #expect(model.variance == 2.5)
    #expect(model.forecast(steps: 0, level: 0.9).means.isEmpty)
  }

  @Test func needsMoreThanASeason() {
    #expect(throws: TrainingError.noExamples) { try fit([], season: 1) }
    #expect(throws: TrainingError.tooFewExamples(count: 1, needed: 2)) { try fit([1], season: 1) }
    #expect(throws: TrainingError.tooFewExamples(count: 12, needed: 13)) {
      try fit(Array(repeating: 1, count: 12), season: 12)
    }
    for value in [Double.infinity, -.infinity, 1e308] {
      #expect(throws: TrainingError.notFinite) { try fit([1, value, 2], season: 1) }
    }
  }

  @Test func bytesAreRead() throws {
    try expectSoundBytes(try fit([3, 5, 4, 1, 2], season: 4)) { other in
      #expect(other.forecast(steps: 9, level: 0.8).means.count == 9)
    }
  }
}
