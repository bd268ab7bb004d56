import Driver
import OrderedCollections
import Plan

/// What the next driver finds on the disk. `DriverJournal` keeps the same in SQLite.
struct SimulatedJournal {
  enum Entry {
    case jobSubmitted(JobID, submission: Int)
    case jobPlanned(
      JobID, StagePlan, stagings: [Int: StagedFolder],
      cachedInputs: OrderedDictionary<String, CachedTableID>)
    case taskFinished(RestoredJob.FinishedTask)
    case outputsMoved(AttemptID, ExecutorID)
    case stagesRolledBack(JobID, stages: [Int])
    case commitDecided(JobID, [CommitJournal.Output])
    case jobEnded(JobID)
    case executorRegistered(ExecutorID, ExecutorDescription)
    case executorLost(ExecutorID)
    case cachedTableKept(CachedTable)
    case cachedTableForgotten(CachedTableID)
  }

  struct Job {
    let submission: Int
    var plan: StagePlan?
    var stagings: [Int: StagedFolder] = [:]
    var cachedInputs: OrderedDictionary<String, CachedTableID> = [:]
    var commit: [CommitJournal.Output]?
    var hasEnded = false
    var finished: OrderedDictionary<TaskID, RestoredJob.FinishedTask> = [:]
  }

  private(set) var jobs: OrderedDictionary<JobID, Job> = [:]
  private(set) var executors: OrderedDictionary<ExecutorID, ExecutorDescription> = [:]
  private(set) var cachedTables: OrderedDictionary<CachedTableID, CachedTable> = [:]

  mutating func write(_ entry: Entry) {
    switch entry {
    case .jobSubmitted(let job, let submission): jobs[job] = Job(submission: submission)
    case .jobPlanned(let job, let plan, let stagings, let cachedInputs):
      jobs[job]?.plan = plan
      jobs[job]?.stagings = stagings
      jobs[job]?.cachedInputs = cachedInputs
    case .taskFinished(let task): jobs[task.attempt.task.job]?.finished[task.attempt.task] = task
    case .outputsMoved(let attempt, let id):
      jobs[attempt.task.job]?.finished[attempt.task]?.executor = id
    case .stagesRolledBack(let job, let stages):
      jobs[job]?.finished.removeAll { stages.contains($0.key.stage) }
    case .commitDecided(let job, let outputs): jobs[job]?.commit = outputs
    case .jobEnded(let job):
      jobs[job]?.hasEnded = true
      jobs[job]?.plan = nil
      jobs[job]?.commit = nil
      jobs[job]?.finished = [:]
    case .executorRegistered(let id, let description): executors[id] = description
    case .executorLost(let id): executors[id] = nil
    case .cachedTableKept(let table):
      // A restoration that is under way is not written down: the next driver begins it anew.
      cachedTables[table.id] = CachedTable(
        id: table.id, plan: table.plan, result: table.result, cachedInputs: table.cachedInputs,
        parts: table.parts)
      cachedTables[table.id]!.isDropped = table.isDropped
    case .cachedTableForgotten(let table): cachedTables[table] = nil
    }
  }
}

/// What a driver has written and does not know to be on the disk yet: entries that come while one write waits for the
/// disk share the next. A driver that dies takes them with it.
struct JournalQueue {
  enum Next {
    case plan(JobID)
    case decideCommit(JobID)
    case reportEnd(JobID)
    case discard(OrderedDictionary<ExecutorID, [AttemptID]>)
  }

  private var entries: [(entry: SimulatedJournal.Entry, next: Next?)] = []
  /// Of those, the ones that are being written.
  private(set) var writtenCount = 0

  mutating func add(_ entry: SimulatedJournal.Entry, then next: Next?) {
    entries.append((entry, next))
  }

  /// Begins to write all that waits, unless a write is under way or nothing waits.
  mutating func beginWrite() -> Bool {
    guard writtenCount == 0, !entries.isEmpty else { return false }
    writtenCount = entries.count
    return true
  }

  mutating func endWrite(to journal: inout SimulatedJournal) -> [Next] {
    let written = entries.prefix(writtenCount)
    for item in written { journal.write(item.entry) }
    let next = written.compactMap(\.next)
    entries.removeFirst(writtenCount)
    writtenCount = 0
    return next
  }
}
