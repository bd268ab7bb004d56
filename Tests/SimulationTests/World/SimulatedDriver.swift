import Driver
import OrderedCollections
import Plan

/// A driver process: its scheduler, and around it what `DriverProcess` does.
struct SimulatedDriver {
  struct Job {
    let submission: Int
    var phase = Phase.planning
    var isCancelled = false
    /// Where the files of its written results wait, by the index of the result.
    var stagings: [Int: StagedFolder] = [:]
    /// What an earlier driver decided to do with its files.
    var decidedCommit: [CommitJournal.Output]?
    var commit: Commit?
    /// How it ended, until that is in the journal.
    var end: JobEnd?
  }

  enum Phase {
    case planning, running, ended
  }

  /// A commit on its way: what of it is not done yet.
  struct Commit {
    let outputs: [CommitJournal.Output]
    var isDecided: Bool
    var position = 0
  }

  /// Counts the drivers of a world.
  let run: Int
  let startedAt: Instant
  let generation: UInt64
  var scheduler: Scheduler
  var journal = JournalQueue()
  var jobs: OrderedDictionary<JobID, Job> = [:]
  private var lastJob: UInt64 = 0
  var lastTick: Instant = .zero
  var lastBeat: Instant = .zero
  /// Executors by connection and back.
  var connections: OrderedDictionary<ExecutorID, Int> = [:]
  var executors: [Int: ExecutorID] = [:]

  static let tickInterval = Duration.milliseconds(100)
  static let heartbeatInterval = Duration.seconds(1)

  init(run: Int, startedAt: Instant, options: SchedulerOptions) {
    self.run = run
    self.startedAt = startedAt
    generation = UInt64(run)
    scheduler = Scheduler(options: options, generation: generation)
  }

  /// The latest job of a submission.
  func job(of submission: Int) -> JobID? {
    jobs.elements.last { $0.value.submission == submission }?.key
  }

  mutating func add(_ record: Job, as job: JobID) {
    jobs[job] = record
    lastJob = max(lastJob, job.number)
  }

  var nextJob: JobID { JobID(lastJob + 1) }
}
