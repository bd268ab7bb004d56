import Columnar
import Driver
import Foundation
import Wire

/// Follows a job: progress and what became of outputs on stderr, shown tables on stdout.
struct JobFollower {
  private let submitted: SubmittedJob
  private var job: UInt64 { submitted.number }
  private let options: ResultOptions
  private var progress: ProgressDisplay
  private var incidents: [Roost_JobIncident] = []
  private var log = LogLines()
  private let interrupts = InterruptFlag()
  /// After Ctrl-C the job has so long to end.
  private static let cancelWait: TimeInterval = 5

  init(_ submitted: SubmittedJob, _ options: ResultOptions) {
    self.submitted = submitted
    self.options = options
    progress = ProgressDisplay(isQuiet: options.quiet)
  }

  /// Returns when all outputs are committed; throws `CommandFailure` when the job ends otherwise.
  mutating func follow() throws {
    interrupts.listen()
    var cancelledAt: Date?
    var wasConnected = true
    while true {
      if interrupts.isSet, cancelledAt == nil {
        cancelledAt = Date()
        progress.clear()
        printError("cancelling job \(job)")
        submitted.cancel()
      }
      if let cancelledAt, Date().timeIntervalSince(cancelledAt) > Self.cancelWait {
        throw CommandFailure(
          .failed,
          submitted.isConnected
            ? "job \(job) was told to stop"
            : "the driver could not be told to stop job \(job): when it is back, say 'roost cancel \(job)'"
        )
      }
      let message = try reporting { () throws(ClientError) in try submitted.next(within: 0.1) }
      if submitted.isConnected != wasConnected {
        wasConnected = submitted.isConnected
        progress.clear()
        printError(wasConnected ? "found the driver again" : "lost the driver; looking for it")
      }
      switch message {
      case .jobProgress(let report):
        note(report.incidents)
        progress.show(report)
      case .jobLog(let log): show(log)
      case .jobDescription(let description) where description.state.hasEnded:
        progress.end(description.progress)
        for line in log.takeUnfinished() { printError(line) }
        try finish(description)
        return
      default: break
      }
    }
  }

  private mutating func note(_ latest: [Roost_JobIncident]) {
    let last = incidents.last?.number ?? 0
    incidents += latest.filter { $0.number > last }
  }

  private mutating func show(_ printed: Roost_JobLog) {
    let lines = log.take(printed)
    guard !lines.isEmpty else { return }
    progress.clear()
    for line in lines { printError(line) }
  }

  private func finish(_ description: Roost_JobDescription) throws {
    if options.json { try printJSON(JobResult(description, incidents: incidents)) }
    switch description.state {
    case .succeeded where options.json || options.quiet:
      if !options.json { for table in description.shown { try printShown(table) } }
      if !description.error.isEmpty { printError(description.error) }
    case .succeeded:
      for table in description.shown { try printShown(table) }
      // The outputs are there, but not all that was to be shown.
      if !description.error.isEmpty { printError(description.error) }
      // Into a pipe stdout is buffered; the tables come before what is said of the files.
      fflush(nil)
      for output in description.outputs {
        printError(
          "wrote \(output.table): \(counted(output.rows, "row")) in "
            + "\(counted(Int64(output.files), "file")) (\(byteText(output.bytes)))"
            + "\(output.artifactText) to \(output.path)"
        )
      }
      let rowsWithoutModel = description.progress.rowsWithoutModel
      if rowsWithoutModel > 0 {
        printError(
          "\(counted(rowsWithoutModel, "row")) found no model of their key: what is predicted for them is null"
        )
      }
      let retries = description.progress.retries
      printError(
        "job \(job) done in \(secondsText(description.elapsedMilliseconds))"
          + (retries > 0 ? ", \(counted(Int64(retries), "task")) ran again" : ""))
    case .cancelled: throw CommandFailure(.failed, "job \(job) was cancelled")
    default:
      if description.isRejected { throw CommandFailure(.wrongUse, description.error) }
      throw CommandFailure(.failed, "job \(job) failed: \(description.error)")
    }
  }
}

/// Prints a shown table with its name.
func printShown(_ table: Roost_ShownTable) throws {
  var batches: [RecordBatch] = []
  for bytes in table.batches {
    batches.append(try bytes.withUnsafeBytes { try RecordBatch(deserializing: $0) })
  }
  guard !batches.isEmpty else { return }
  print("\(table.table):")
  print(TextTable(try RecordBatch.concatenating(batches)).text)
}

extension Roost_JobState {
  var hasEnded: Bool {
    switch self {
    case .succeeded, .failed, .cancelled: true
    case .planning, .running, .unspecified, .UNRECOGNIZED: false
    }
  }

  var text: String {
    switch self {
    case .planning: "planning"
    case .running: "running"
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
