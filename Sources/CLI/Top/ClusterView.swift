import Driver
import Foundation
import Wire

/// A cluster at a moment, as `roost top` shows it.
struct ClusterView {
  var driver: Roost_DriverDescription
  var executors: [Roost_ExecutorDescription]
  var jobs: [Roost_JobDescription]
  /// Seconds on a clock that only goes on.
  var time: Double

  /// The lines of a screen, with what executors did since an earlier moment.
  func lines(since earlier: ClusterView?) -> [String] {
    heading + [""] + executorTable(since: earlier) + [""] + jobTable + departures
  }

  private var heading: [String] {
    let slots = executors.reduce(0) { $0 + Int($1.slots) }
    let busy = executors.reduce(0) { $0 + min(Int($1.running), Int($1.slots)) }
    let live = jobs.filter { !$0.state.hasEnded }
    let up = Int64(Date().timeIntervalSince1970) - driver.startedMilliseconds / 1000
    return [
      "roost \(driver.version)  driver \(driver.address)  up \(ProgressLines.time(max(0, up)))"
        + (driver.stateFolder.isEmpty ? "  no --state-dir" : ""),
      "\(counted(Int64(executors.count), "executor")), \(busy)/\(slots) slots busy, "
        + "\(counted(Int64(live.count), "job")) not ended of \(grouped(Int64(jobs.count)))",
    ]
  }

  private func executorTable(since earlier: ClusterView?) -> [String] {
    guard !executors.isEmpty else {
      return ["no executors. Start one: roost executor --driver \(driver.address)"]
    }
    let rows = executors.map { executor in
      let status = executor.status
      let use = use(of: executor, since: earlier)
      return [
        executor.executor, "\(executor.running)/\(executor.slots)",
        use.map { String(format: "%.0f%%", 100 * $0.processors) } ?? "",
        byteText(status.memoryUsed) + " of " + byteText(executor.memory),
        byteText(status.residentBytes), "\(status.blocks)", byteText(status.diskBytes),
        use.map { byteText(Int64($0.fetched)) + "/s" } ?? "",
        secondsText(executor.silenceMilliseconds),
        executor.isDraining ? "draining" : executor.isExcluded ? "excluded" : "active",
      ]
    }
    return TextTable(
      header: [
        "executor", "slots", "cpu", "memory", "process", "blocks", "disk", "fetched", "heard",
        "state",
      ], rows: rows,
      rightAligned: [false, true, true, true, true, true, true, true, true, false]
    ).text.split(separator: "\n").map { String($0) }
  }

  /// Processors in use and bytes fetched a second; nil without two statuses.
  private func use(
    of executor: Roost_ExecutorDescription, since earlier: ClusterView?
  ) -> (processors: Double, fetched: Double)? {
    guard let earlier, time > earlier.time, executor.hasStatus,
      let before = earlier.executors.first(where: { $0.executor == executor.executor }),
      before.hasStatus
    else { return nil }
    let seconds = time - earlier.time
    func rate(_ counter: KeyPath<Roost_ExecutorStatus, Int64>) -> Double {
      Double(max(0, executor.status[keyPath: counter] - before.status[keyPath: counter])) / seconds
    }
    return (rate(\.processorMicroseconds) / 1e6, rate(\.fetchedBytes))
  }

  private var jobTable: [String] {
    let live = jobs.filter { !$0.state.hasEnded }
    let shown = live.isEmpty ? Array(jobs.suffix(5)) : live
    guard !shown.isEmpty else { return ["no jobs. Submit one: roost submit JOB.yaml"] }
    let rows = shown.map { job in
      [
        "\(job.job)", job.name, job.state.text, bar(of: job), job.taskText,
        secondsText(job.elapsedMilliseconds),
        job.progress.incidents.last?.line ?? job.error.split(separator: "\n").first.map {
          String($0)
        }
          ?? job.progress.waitingFor,
      ]
    }
    return TextTable(
      header: ["job", "name", "state", "", "tasks", "time", "last trouble"], rows: rows,
      rightAligned: [true, false, false, false, true, true, false]
    ).text.split(separator: "\n").map { String($0) }
  }

  private func bar(of job: Roost_JobDescription) -> String {
    let tasks = job.progress.stages.reduce(0) { $0 + Int($1.tasks) }
    let finished = job.progress.stages.reduce(0) { $0 + Int($1.finished) }
    let filled = tasks == 0 ? 0 : 12 * finished / tasks
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 12 - filled)
  }

  private var departures: [String] {
    guard !driver.departed.isEmpty else { return [] }
    return ["", "gone:"]
      + driver.departed.prefix(5).map {
        "  \(timeText($0.timeMilliseconds))  \($0.executor): \($0.reason)"
      }
  }
}
