import Foundation
import Wire

/// How a job ran as a file that Chrome's tracing page, Perfetto and the like open: the Trace Event Format of Google
/// ("Trace Event Format", Duvall, Sinclair and others), in its form as a JSON object.
///
/// An executor is a process with a thread for each slot that it needed; the driver is one with the job and its stages.
/// Each span has the ids that OpenTelemetry would give it, the same each time: the trace is the job, the parent of an
/// attempt is its stage, that of a stage the job.
package struct ChromeTrace: Encodable, Sendable {
  package struct Event: Encodable, Sendable {
    package var name: String
    /// X a span, i an instant, M a name.
    package var ph: String
    package var cat: String?
    /// Microseconds since the submission of the job; 0 of names.
    package var ts: Int64
    package var dur: Int64?
    package var pid: Int
    package var tid: Int
    /// Of an instant: whose it is. g all, p a process.
    package var s: String?
    package var args: [String: Value]
  }

  package enum Value: Encodable, Hashable, Sendable {
    case text(String)
    case number(Int64)
    case flag(Bool)

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      case .flag(let flag): try container.encode(flag)
      }
    }
  }

  package var displayTimeUnit = "ms"
  package var otherData: [String: Value]
  /// Names first, then by time.
  package var traceEvents: [Event]

  /// `now`: microseconds since the submission, where spans that have not ended end.
  package init(_ history: Roost_JobHistory, job: Roost_JobDescription, now: Int64) {
    let ids = SpanIDs(history)
    otherData = [
      "job": .number(Int64(clamping: history.job)), "name": .text(job.name),
      "submittedMilliseconds": .number(history.submittedMilliseconds),
      "leftOutAttempts": .number(Int64(clamping: history.leftOutAttempts)),
    ]
    let lanes = SlotLanes(history, now: now)
    let events =
      Self.driverSpans(history, job, ids, now: now)
      + Self.attempts(history, lanes, ids, now: now) + Self.incidents(history)
    traceEvents =
      Self.names(history, lanes)
      + events.sorted { ($0.ts, $0.pid, $0.tid) < ($1.ts, $1.pid, $1.tid) }
  }

  private static let driver = 0

  private static func names(_ history: Roost_JobHistory, _ lanes: SlotLanes) -> [Event] {
    func name(_ kind: String, _ text: String, pid: Int, tid: Int) -> Event {
      Event(
        name: kind, ph: "M", cat: nil, ts: 0, dur: nil, pid: pid, tid: tid, s: nil,
        args: ["name": .text(text)])
    }
    var events = [
      name("process_name", "driver", pid: driver, tid: 0),
      name("thread_name", "job \(history.job)", pid: driver, tid: 0),
    ]
    for (index, stage) in history.stages.enumerated() {
      events.append(
        name("thread_name", "stage \(stage.id) \(stage.name)", pid: driver, tid: index + 1))
    }
    for (index, executor) in history.executors.enumerated() {
      events.append(name("process_name", "executor \(executor)", pid: index + 1, tid: 0))
      for lane in 0..<lanes.count(ofExecutor: index) {
        events.append(name("thread_name", "slot \(lane)", pid: index + 1, tid: lane))
      }
    }
    return events
  }

  private static func driverSpans(
    _ history: Roost_JobHistory, _ job: Roost_JobDescription, _ ids: SpanIDs, now: Int64
  ) -> [Event] {
    let end = job.elapsedMilliseconds > 0 ? job.elapsedMilliseconds * 1000 : now
    var events = [
      Event(
        name: job.name, ph: "X", cat: "job", ts: 0, dur: max(0, end), pid: driver, tid: 0, s: nil,
        args: ids.span(ids.job, parent: nil).merging(["error": .text(job.error)]) { $1 })
    ]
    for (index, stage) in history.stages.enumerated() where stage.hasBegan {
      let end = stage.hasEnded ? stage.ended : now
      events.append(
        Event(
          name: "stage \(stage.id) \(stage.name)", ph: "X", cat: "stage", ts: stage.began,
          dur: max(0, end - stage.began), pid: driver, tid: index + 1, s: nil,
          args: ids.span(ids.stage(stage.id), parent: ids.job).merging([
            "tasks": .number(Int64(stage.tasks)), "finished": .number(Int64(stage.finished)),
          ]) { $1 }))
    }
    return events
  }

  private static func attempts(
    _ history: Roost_JobHistory, _ lanes: SlotLanes, _ ids: SpanIDs, now: Int64
  ) -> [Event] {
    history.attempts.enumerated().map { index, attempt in
      let end = attempt.hasEnded ? attempt.ended : now
      var args = ids.span(
        ids.attempt(attempt.epoch), parent: ids.stage(attempt.stage))
      args["stage"] = .number(Int64(attempt.stage))
      args["task"] = .number(Int64(attempt.partition))
      args["state"] = .text(attempt.state.name)
      args["inputRows"] = .number(attempt.inputRows)
      args["outputRows"] = .number(attempt.outputRows)
      args["shuffleBytes"] = .number(attempt.shuffleBytes)
      args["waitedMicroseconds"] = .number(max(0, attempt.began - attempt.launched))
      if attempt.isSpeculative { args["isSpeculative"] = .flag(true) }
      if !attempt.cause.isEmpty { args["cause"] = .text(attempt.cause) }
      return Event(
        name: "\(attempt.stage).\(attempt.partition)", ph: "X", cat: attempt.state.name,
        ts: attempt.began, dur: max(0, end - attempt.began), pid: Int(attempt.executor) + 1,
        tid: lanes.lane(ofAttempt: index), s: nil, args: args)
    }
  }

  private static func incidents(_ history: Roost_JobHistory) -> [Event] {
    history.incidents.map { incident in
      let executor = history.executors.firstIndex(of: incident.executor)
      return Event(
        name: incident.kind.name, ph: "i", cat: "incident", ts: incident.time, dur: nil,
        pid: executor.map { $0 + 1 } ?? driver, tid: 0, s: executor == nil ? "g" : "p",
        args: ["text": .text(incident.text)])
    }
  }
}

/// The ids of OpenTelemetry's spans: hexadecimal digits, 32 of the trace and 16 of a span.
private struct SpanIDs {
  private let trace: String
  let job: String

  init(_ history: Roost_JobHistory) {
    trace = Self.hex(UInt64(bitPattern: history.submittedMilliseconds)) + Self.hex(history.job)
    job = Self.hex(1 << 63 | history.job)
  }

  func stage(_ id: UInt32) -> String { Self.hex(1 << 62 | UInt64(id)) }

  func attempt(_ epoch: UInt64) -> String { Self.hex(epoch) }

  func span(_ id: String, parent: String?) -> [String: ChromeTrace.Value] {
    var args: [String: ChromeTrace.Value] = ["traceId": .text(trace), "spanId": .text(id)]
    args["parentSpanId"] = parent.map { .text($0) }
    return args
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
