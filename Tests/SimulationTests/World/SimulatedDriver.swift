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
    var commit: Commit?
  }

  enum Phase {
    case planning, running, ended
  }

  /// A commit on its way: what of it is not done yet.
  struct Commit {
    let outputs: [CommitJournal.Output]
    var position = 0
    var isDecided = false
  }

  /// Counts the drivers of a world.
  let run: Int
  let startedAt: Instant
  let generation: UInt64
  var scheduler: Scheduler
  var jobs: OrderedDictionary<JobID, Job> = [:]
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

  var nextJob: JobID { JobID(UInt64(jobs.count + 1)) }
}
