import Foundation
import NIOPosix
import Plan
import Synchronization
import Wire

/// An executor that runs nothing: each attempt prints what `text` says of its stage and partition, and ends without rows when it
/// may. It talks to the driver as a real one does.
final class PrintingExecutor: Sendable {
  private struct State {
    var mayEnd = false
    /// Printed and not reported.
    var running: [Roost_Attempt] = []
    var stages: [Int: StageAssignment] = [:]
  }

  private let connection: Connection
  private let state = Mutex(State())

  /// Registers with the driver at `address` and serves until it is closed.
  init(driver address: String, text: @escaping @Sendable (Int, Int) -> [String]) throws {
    let window = FrameWindow(window: 1 << 20)
    connection = try connect(
      to: HostPort(address)!, as: .from(.executor), expecting: [.driver], security: .unprotected,
      group: MultiThreadedEventLoopGroup.singleton
    ) { window.receiver(of: $0) }
    connection.send(
      Roost_ControlMessage.with {
        $0.registerExecutor.executor = "printing-\(UUID().uuidString)"
        $0.registerExecutor.slots = 8
        $0.registerExecutor.memory = 1 << 20
        $0.registerExecutor.dataAddress = "127.0.0.1:1"
      })
    startThread(named: "printing executor") { [self] in
      while let frame = try? window.pop(until: Date(timeIntervalSinceNow: 3600)) {
        guard let message = try? Roost_ControlMessage(frame: frame) else { return }
        take(message, text)
      }
    }
  }

  /// Lets the attempts end that have printed, and all later ones.
  func endAttempts() {
    let running = state.withLock { state in
      state.mayEnd = true
      defer { state.running = [] }
      return state.running
    }
    for attempt in running { report(attempt) }
  }

  func close() { connection.close() }

  private func take(
    _ message: Roost_ControlMessage, _ text: (Int, Int) -> [String]
  ) {
    switch message.content {
    case .heartbeat: connection.send(message)
    case .prepareJob(let request):
      connection.send(Roost_ControlMessage.with { $0.jobPrepared.job = request.job })
    case .stageAssignment(let wire):
      guard let assignment = try? StageAssignment(wire: wire) else { return }
      state.withLock { $0.stages[assignment.stage.id] = assignment }
    case .launchTasks(let launch):
      for attempt in launch.tasks.map(\.attempt) {
        for piece in text(Int(attempt.stage), Int(attempt.partition)) {
          connection.send(
            Roost_ControlMessage.with {
              $0.taskLogs.texts = [
                .with {
                  $0.attempt = attempt
                  $0.text = piece
                }
              ]
            })
        }
        let mayEnd = state.withLock { state in
          if !state.mayEnd { state.running.append(attempt) }
          return state.mayEnd
        }
        if mayEnd { report(attempt) }
      }
    default: break
    }
  }

  private func report(_ attempt: Roost_Attempt) {
    guard let stage = state.withLock({ $0.stages[Int(attempt.stage)] }) else { return }
    var outcome = TaskOutcome()
    for sink in stage.stage.sinks {
      guard case .result(let result, let first) = sink.target else { continue }
      outcome.shown.append(
        TaskOutcome.ShownRows(
          result: result, partition: first + Int(attempt.partition), bytes: []))
    }
    let report = Roost_TaskReport(attempt: AttemptID(wire: attempt), result: .finished(outcome))
    connection.send(Roost_ControlMessage.with { $0.taskReports.reports = [report] })
  }
}
