import Foundation
import Testing
import Web
import Wire

@Suite struct PageTests {
  private func check(_ page: Page, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    let document = page.document
    let markup = Markup(document)
    #expect(markup.problems.isEmpty, "\(markup.problems)", sourceLocation: sourceLocation)
    #expect(
      markup.elements.count { $0 == "script" } == (page.isLive ? 1 : 0), "only our script",
      sourceLocation: sourceLocation)
    #expect(markup.elements.count { $0 == "h1" } == 1, sourceLocation: sourceLocation)
    #expect(!document.contains(" style="), "the policy forbids it", sourceLocation: sourceLocation)
    return document
  }

  @Test func aJobIsShownWithAllThatIsKnownOfIt() throws {
    let document = check(JobPage.page(Fixture.job(), Fixture.history()))
    for text in [
      "rows.csv", "1,000 rows", "64", "in 1.5 ms", "executor lost", "its connection was closed",
      "LinearRegression", "/jobs/3/trainings/0", "/jobs/3/stages/1",
      "job fixture: 2 stages, 6 tasks",
      "tried again", "lost with its executor",
    ] { #expect(document.contains(text), "\(text)") }
  }

  @Test func namesOfUsersStayText() throws {
    let name = Fixture.hostileName
    let pages = [
      JobPage.page(Fixture.job(state: .running, name: name), Fixture.history()),
      JobPage.page(
        Fixture.job(state: .failed, name: name, error: "<img src=x>"), Fixture.history()),
      try StagePage.page(Fixture.job(name: name), Fixture.history(), stage: 1),
      try TrainingPage.page(
        Fixture.job(name: name), Fixture.history(), training: 0, metric: "test_r2",
        comparison: GroupComparison(Fixture.history(), Fixture.training())),
      JobListPage.page([Fixture.job(name: name)], executors: [], driver: name),
      ClusterPage.page(
        driver: .with { $0.host = name }, executors: [Fixture.executor(name)],
        cached: [.with { $0.name = name }], now: Date()),
      ConfirmationPage.cancel(1, name: name).page(in: .jobs),
    ]
    for page in pages {
      let document = check(page)
      #expect(
        !document.contains("<script>") && !document.contains("<img") && !document.contains("<b>"))
    }
  }

  @Test func aGroupIsNamedByItsKeys() throws {
    let document = check(
      try TrainingPage.page(
        Fixture.job(), Fixture.history(), training: 0, metric: nil,
        comparison: GroupComparison(Fixture.history(), Fixture.training())))
    #expect(document.contains("O&#39;Hare &quot;☃️&quot; &lt;b&gt;\\"))
    #expect(document.contains("NULL"))
    #expect(document.contains("test_rmse over the groups"), "held out rows come first")
    #expect(document.contains("action=\"/jobs/3/trainings/0/compare\""))
    #expect(document.contains("name=\"null.year\""))
  }

  @Test func bestGroupsHaveLowErrorsAndHighR2() throws {
    for (metric, best) in [("test_rmse", 1), ("test_r2", 11)] {
      let document = try TrainingPage.page(
        Fixture.job(), Fixture.history(), training: 0, metric: metric, comparison: nil
      ).document
      let section = try #require(document.range(of: "Best groups</h3>"))
      let row = try #require(document[section.upperBound...].range(of: "<tbody>"))
      let first = document[row.upperBound...].prefix { $0 != "\n" }.prefix(400)
      #expect(first.contains(">\(best)</td>"), "\(metric): \(first)")
    }
  }

  @Test func whatIsNotThereIsAnError() throws {
    #expect(throws: WebError.notFound("job 3 has no stage 9")) {
      try StagePage.page(Fixture.job(), Fixture.history(), stage: 9)
    }
    #expect(throws: WebError.self) {
      try TrainingPage.page(
        Fixture.job(), Fixture.history(), training: 0, metric: "x", comparison: nil)
    }
    #expect(throws: WebError.self) {
      try TrainingPage.page(
        Fixture.job(), Fixture.history(), training: -1, metric: nil, comparison: nil)
    }
  }

  @Test func pagesWithoutAnythingSayWhatToDo() {
    let jobs = check(JobListPage.page([], executors: [], driver: "127.0.0.1:7077"))
    #expect(jobs.contains("roost submit JOB.yaml --driver 127.0.0.1:7077"))
    let cluster = check(
      ClusterPage.page(
        driver: .with { $0.address = "127.0.0.1:7077" }, executors: [], cached: [], now: Date()))
    #expect(cluster.contains("roost executor --driver 127.0.0.1:7077"))
    _ = check(JobPage.page(Fixture.job(state: .planning), Roost_JobHistory()))
  }

  /// Without script a page of a job that runs reloads itself; one of a job that has ended stays.
  @Test func onlyWhatChangesIsLive() {
    #expect(
      JobPage.page(Fixture.job(state: .running), Fixture.history()).document.contains(
        "http-equiv=\"refresh\""))
    #expect(!JobPage.page(Fixture.job(), Fixture.history()).document.contains("refresh"))
  }
}
