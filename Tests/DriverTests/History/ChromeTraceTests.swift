import Driver
import Testing
import Wire

@Suite struct ChromeTraceTests {
  private let history = Roost_JobHistory.with {
    $0.job = 7
    $0.submittedMilliseconds = 1_000
    $0.executors = ["a", "b"]
    $0.stages = [
      .with {
        $0.name = "map"
        $0.tasks = 2
        $0.began = 5
      }
    ]
    $0.attempts = [
      .with {
        $0.executor = 1
        $0.epoch = 42
        $0.launched = 5
        $0.began = 8
        $0.ended = 20
        $0.state = .failed
        $0.cause = "disk full"
      },
      .with {
        $0.partition = 1
        $0.epoch = 43
        $0.began = 6
        $0.state = .running
      },
    ]
    $0.incidents = [
      .with {
        $0.time = 20
        $0.kind = .executorTrouble
        $0.executor = "b"
      },
      .with {
        $0.time = 21
        $0.kind = .driverRestarted
      },
    ]
  }

  private var trace: ChromeTrace {
    ChromeTrace(history, job: .with { $0.name = "j" }, now: 100)
  }

  @Test func eventsComeAfterTheirNamesInTheOrderOfTime() {
    let events = trace.traceEvents
    let first = events.firstIndex { $0.ph != "M" } ?? 0
    #expect(events[..<first].allSatisfy { $0.ph == "M" } && first > 0)
    let times = events[first...].map(\.ts)
    #expect(times == times.sorted())
    #expect(events.allSatisfy { ($0.dur ?? 0) >= 0 })
  }

  @Test func anAttemptIsASpanOfItsStageOnItsExecutor() throws {
    let events = trace.traceEvents
    let failed = try #require(events.first { $0.cat == "failed" })
    #expect(failed.pid == 2 && failed.ts == 8 && failed.dur == 12 && failed.name == "0.0")
    #expect(failed.args["cause"] == .text("disk full"))
    #expect(failed.args["waitedMicroseconds"] == .number(3))
    let stage = try #require(events.first { $0.cat == "stage" })
    let job = try #require(events.first { $0.cat == "job" })
    #expect(failed.args["parentSpanId"] == stage.args["spanId"])
    #expect(stage.args["parentSpanId"] == job.args["spanId"] && job.args["parentSpanId"] == nil)
    #expect(Set([failed, stage, job].map { $0.args["traceId"] }).count == 1)
    // What has not ended goes on until now.
    #expect(events.first { $0.cat == "running" }?.dur == 94 && stage.dur == 95)
  }

  @Test func incidentsAreInstantsOfTheirExecutorOrOfAll() {
    let instants = trace.traceEvents.filter { $0.ph == "i" }
    #expect(instants.map(\.name) == ["executor trouble", "driver restarted"])
    #expect(instants.map(\.pid) == [2, 0] && instants.map(\.s) == ["p", "g"])
  }
}
