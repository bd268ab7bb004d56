import Testing
import Web
import Wire

@Suite struct TaskTimelineTests {
  @Test func attemptsOfALaneFollowEachOther() {
    let history = Roost_JobHistory.with { history in
      history.executors = ["one", "two"]
      history.attempts = (0..<400).map { number in
        let began = Int64(number * 7919 % 1000)
        return Fixture.attempt(
          stage: UInt32(number % 3), UInt32(number), on: UInt32(number % 2),
          began...began + Int64(number % 50), epoch: UInt64(number))
      }
    }
    let timeline = TaskTimeline(history, now: 0)
    #expect(timeline.lanes.reduce(0) { $0 + $1.attempts.count } == 400)
    for lane in timeline.lanes {
      #expect(lane.attempts.allSatisfy { history.attempts[$0].executor == UInt32(lane.executor) })
      for (one, next) in zip(lane.attempts, lane.attempts.dropFirst()) {
        #expect(history.attempts[one].ended <= history.attempts[next].began)
      }
    }
  }

  @Test func attemptsAtOneTimeHaveLanesOfTheirOwn() {
    let timeline = TaskTimeline(Fixture.history(), now: 0)
    #expect(timeline.lanes.map(\.executor) == [0, 0, 1])
  }

  @Test func aTaskThatIsTriedAgainIsMarked() {
    let timeline = TaskTimeline(Fixture.history(), now: 0)
    let repeated = timeline.bars.filter(\.isRepeated)
    #expect(repeated.count == 1)
    #expect(repeated.first?.stage == 0 && repeated.first?.began == 900_000)
  }

  @Test func whatRunsEndsNow() {
    var history = Fixture.history()
    history.attempts.append(Fixture.attempt(stage: 1, 1, on: 0, 4_000_000...4_000_000, .running))
    let timeline = TaskTimeline(history, now: 9_000_000)
    #expect(timeline.end == 9_000_000)
    #expect(timeline.bars.contains { $0.state == .running && $0.ended == 9_000_000 })
  }

  /// What cannot be told apart is one bar; what did not end well stays visible.
  @Test func tenThousandAttemptsMakeAPageOfBoundedSize() {
    var history = Fixture.history()
    history.executors = (0..<50).map { "executor-\($0)" }
    history.attempts = (0..<10_000).map { number in
      let began = Int64(number / 100) * 1_000_000 + Int64(number % 7) * 10_000
      return Fixture.attempt(
        stage: UInt32(number / 1000), UInt32(number), on: UInt32(number % 50),
        began...began + 900_000, number % 97 == 0 ? .failed : .finished, epoch: UInt64(number))
    }
    let timeline = TaskTimeline(history, now: 0)
    #expect(timeline.bars.count <= TaskTimeline.barLimit)
    #expect(timeline.bars.reduce(0) { $0 + $1.count } == 10_000)
    #expect(timeline.bars.contains { $0.state == .failed })
    let document = JobPage.page(Fixture.job(), history).document
    let start = document.range(of: "<svg class=\"timeline\"")
    let size = start.flatMap { start in
      document.range(of: "</svg>", range: start.upperBound..<document.endIndex)
        .map { document[start.lowerBound..<$0.upperBound].utf8.count }
    }
    #expect((size ?? .max) < 300_000)
  }

  @Test func nothingAtAllIsDrawn() {
    #expect(TaskTimeline(Roost_JobHistory(), now: 0).bars.isEmpty)
  }
}
