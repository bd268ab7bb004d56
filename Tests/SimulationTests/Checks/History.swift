import Driver
import Plan

/// What has happened in a world, in lines for people. Kept only for a seed that is replayed.
final class History {
  private(set) var lines: [String] = []

  func note(_ line: String, at now: Instant) {
    let digits = String(1_000_000_000 + Int(now / .microseconds(1))).dropFirst()
    lines.append("\(digits.prefix(3)).\(digits.suffix(6)) s  \(line)")
  }
}

extension World {
  func note(_ line: @autoclosure () -> String) { history?.note(line(), at: agenda.now) }
}

extension SchedulerEvent {
  /// Time and heartbeats say nothing new.
  var isWorthALine: Bool {
    switch self {
    case .tick, .executorHeard: false
    default: true
    }
  }

  /// For a history.
  var text: String {
    switch self {
    case .executorRegistered(let id, let description, let holding):
      "\(id) registers with \(description.slots) slots, holding blocks of \(holding.jobs.count) jobs"
    case .executorAwaited(let id, _): "\(id) is awaited"
    case .jobRestored(let job, let restored):
      "job \(job) goes on with \(restored.finished.count) finished tasks"
    case .cachedTableRestored(let table): "table \(table.id.name) of job \(table.id.job) is there"
    case .executorHeard(let id): "\(id) lives"
    case .executorLost(let id, let reason): "\(id) is lost: \(reason)"
    case .executorDraining(let id): "\(id) is to leave"
    case .blocksMigrated(let request, let id, let failure):
      "\(id) takes over from \(request.holder): \(failure ?? "done")"
    case .jobSubmitted(let job, let submission): "job \(job): \(submission.name)"
    case .jobCancelled(let job): "cancel job \(job)"
    case .jobTooLarge(let job, let byteCount, _): "job \(job) takes \(byteCount) bytes"
    case .jobPrepared(let job, let id, let refusal):
      "\(id) \(refusal == nil ? "is ready for" : "refuses") job \(job)"
    case .taskFinished(let attempt, let id, _): "\(attempt.text) finished on \(id)"
    case .taskFailed(let attempt, let id, let failure):
      "\(attempt.text) failed on \(id): \(failure.text)"
    case .commitEnded(let job, let failure): "commit of job \(job): \(failure ?? "done")"
    case .cachedTableDropped(let name): "drop \(name)"
    case .tick: "tick"
    }
  }
}

extension SchedulerAction {
  /// For a history.
  var text: String {
    switch self {
    case .prepareJob(let job, let id): "\(id): prepare job \(job)"
    case .sendStage(let job, let stage, _, let id): "\(id): plan of job \(job), stage \(stage)"
    case .sendMapOutputs(let job, let exchange, let outputs, let id):
      "\(id): job \(job), exchange \(exchange) is at "
        + outputs.map { "\($0.partition)@\($0.holder)" }.joined(separator: " ")
    case .launch(let tasks, let id):
      "\(id): launch " + tasks.map(\.attempt.text).joined(separator: "; ")
    case .cancel(let attempts, let id):
      "\(id): cancel " + attempts.map(\.text).joined(separator: "; ")
    case .releaseJob(let job, let id): "\(id): release job \(job)"
    case .releaseCachedTable(let table, let id):
      "\(id): release table \(table.name) of job \(table.job)"
    case .migrate(let request, let id):
      "\(id): take over \(request.blocks.count) blocks and \(request.partitions.count) partitions "
        + "from \(request.holder)"
    case .moveOutputs(let attempt, let id): "outputs of \(attempt.text) are at \(id)"
    case .rollBack(let job, let stages, _): "job \(job): stages \(stages) start again"
    case .dismiss(let id): "dismiss \(id)"
    case .disconnect(let id, let reason): "disconnect \(id): \(reason)"
    case .keepCachedTable(let table): "keep table \(table.id.name) of job \(table.id.job)"
    case .forgetCachedTable(let table): "forget table \(table.name) of job \(table.job)"
    case .commit(let job, let files): "commit job \(job), \(files.count) files"
    case .jobEnded(let job, let end, _): "job \(job) ends: \(end.text)"
    }
  }
}

extension AttemptID {
  var text: String { "\(task) (epoch \(epoch >> 20)/\(epoch & (1 << 20 - 1)))" }
}

extension TaskFailure {
  var text: String {
    switch self {
    case .blocksLost(let lost):
      "block of exchange \(lost.exchange), partition \(lost.partition) at \(lost.holder): \(lost.reason)"
    case .cachedPartitionLost(let name, let partition, _): "\(name), partition \(partition) is lost"
    case .wrongData(let message), .executorTrouble(let message), .unexpected(let message): message
    case .memoryShort(let shortage): "\(shortage)"
    case .cancelled: "cancelled"
    }
  }
}

extension JobEnd {
  var text: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed(let failure): "failed, \(failure)"
    case .cancelled: "cancelled"
    }
  }
}
