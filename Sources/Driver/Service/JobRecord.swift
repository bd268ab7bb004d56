import Columnar
import Foundation
import Plan
import Wire

/// A job as the driver's service knows it, from its submission on; the scheduler knows it only while it runs.
struct JobRecord {
  enum State: Int, Comparable {
    case planning, running, succeeded, failed, cancelled

    static func < (one: State, other: State) -> Bool { one.rawValue < other.rawValue }
  }

  let id: JobID
  /// Which submission it came from.
  let token: String
  /// As the job file says; that of the file until it was read.
  var name: String
  var state = State.planning
  let submitted: Date
  /// The error is in the job file or in what it names: nothing ran.
  var isRejected = false
  /// Until the job has ended.
  var planned: PlannedJob?
  /// What an earlier driver decided to do with its files.
  var decidedCommit: CommitJournal?
  /// The tables that leave the job.
  var results: [ResultTable] = []
  var committed: [CommittedOutput] = []
  var shown: [TaskOutcome.ShownRows] = []
  /// The last progress of a job that is about to end.
  var progress: Roost_JobProgressReport?
  /// What its functions have printed.
  var log: JobLog
  /// How it runs; nil when it has ended.
  private(set) var history: JobHistory?
  /// When it was submitted, as the driver's time goes.
  private let origin: Instant
  /// How it ran, as bytes of a message; empty as long as it runs, and when the journal has them.
  private(set) var keptHistory = Data()
  /// Of the history that is kept, here or in the journal.
  private(set) var historyByteCount = 0
  /// All that is remembered of a job that has ended, beside its log.
  private var ending: Roost_JobDescription?

  /// `now` is the driver's time; `log`, `ending` and `historyByteCount` are of a job that an earlier driver knew.
  init(
    id: JobID, submission: Roost_SubmitJob, submitted: Date, now: Instant, log: JobLog = JobLog(),
    ending: Roost_JobDescription? = nil, historyByteCount: Int = 0
  ) {
    self.id = id
    self.submitted = submitted
    origin = now - .seconds(max(0, Date().timeIntervalSince(submitted)))
    self.historyByteCount = historyByteCount
    if ending == nil {
      history = JobHistory(
        JobHistory.JobFile(
          text: submission.text, name: submission.fileName, folder: submission.folder))
    }
    token = submission.token
    name = ending?.name ?? submission.fileName
    self.log = log
    self.ending = ending
  }

  var hasEnded: Bool { ending != nil }
  var isBeingPlanned: Bool { state == .planning && !hasEnded }

  /// What is to be remembered when it ends now.
  func ending(as state: State, error: String) -> Roost_JobDescription {
    var ended = self
    ended.state = state
    var description = ended.description(progress: nil, withRows: true)
    description.error = error
    return description
  }

  /// When it ended; nil of one that has not.
  var endTime: Date? {
    ending.map { submitted.addingTimeInterval(Double($0.elapsedMilliseconds) / 1000) }
  }

  /// Tells the history, when the job has not ended, with the time since its submission.
  mutating func observe(at now: Instant, _ tell: (inout JobHistory, Duration) -> Void) {
    guard history != nil else { return }
    tell(&history!, max(.zero, now - origin))
  }

  /// Of a job that has not ended.
  var historyMessage: Roost_JobHistory? { history?.wire(of: id, submitted: submitted) }

  /// `history`: bytes of its message, which are kept here unless the journal has them.
  mutating func end(_ ending: Roost_JobDescription, history bytes: Data, isJournaled: Bool) {
    self.ending = ending
    history = nil
    historyByteCount = bytes.count
    if !isJournaled { keptHistory = bytes }
    planned = nil
    decidedCommit = nil
    committed = []
    shown = []
    progress = nil
  }

  /// `progress`: of the live job.
  func description(progress live: Roost_JobProgressReport?, withRows: Bool) -> Roost_JobDescription
  {
    if var ending {
      if !withRows { ending.shown = [] }
      return ending
    }
    return .with {
      $0.job = id.number
      $0.name = name
      $0.state =
        switch state {
        case .planning: .planning
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        }
      $0.submittedMilliseconds = Int64(submitted.timeIntervalSince1970 * 1000)
      $0.elapsedMilliseconds = Int64(max(0, Date().timeIntervalSince(submitted)) * 1000)
      $0.isRejected = isRejected
      if let progress = live ?? progress { $0.progress = progress }
      $0.outputs = committed.map { output in
        .with {
          $0.table = output.table
          $0.path = output.path
          $0.files = UInt32(output.files)
          $0.rows = Int64(output.rows)
          $0.bytes = output.bytes
          $0.artifacts = UInt32(clamping: output.artifacts)
          $0.artifactBytes = output.artifactBytes
        }
      }
      if withRows { $0.shown = shownTables }
    }
  }

  /// Bytes of the rows that it keeps for those who ask again.
  var shownBytes: Int {
    ending?.shown.reduce(0) { $0 + $1.batches.reduce(0) { $0 + $1.count } } ?? 0
  }

  mutating func forgetRows() { ending?.shown = [] }

  private var shownTables: [Roost_ShownTable] {
    results.enumerated().compactMap { index, result in
      guard case .show(let rows) = result.action else { return nil }
      let parts = shown.filter { $0.result == index }
      guard !parts.isEmpty else { return nil }
      return .with {
        $0.table = result.name
        $0.limit = UInt32(clamping: rows)
        $0.batches = parts.filter { !$0.bytes.isEmpty }.map { Data($0.bytes) }
        // Its columns are shown also when it has no rows.
        if $0.batches.isEmpty, let empty = try? RecordBatch.empty(result.schema).serialized() {
          $0.batches = [Data(empty.bytes)]
        }
      }
    }
  }
}

/// An output that is final.
struct CommittedOutput: Hashable, Sendable {
  var table: String
  var path: String
  var files: Int
  var rows: Int
  var bytes: Int64
  /// Files that functions wrote beside the rows.
  var artifacts: Int
  var artifactBytes: Int64
}

extension JobProgress {
  var wire: Roost_JobProgressReport {
    .with {
      $0.job = id.number
      $0.stages = stages.map { stage in
        .with {
          $0.id = UInt32(stage.id)
          $0.name = stage.name
          $0.tasks = UInt32(stage.tasks)
          $0.running = UInt32(stage.running)
          $0.finished = UInt32(stage.finished)
        }
      }
      $0.retries = UInt32(retries)
      $0.inputRows = Int64(inputRows)
      $0.rowsWithoutModel = Int64(rowsWithoutModel)
      $0.isCommitting = isCommitting
      $0.waitingFor = waitingFor ?? ""
    }
  }
}
