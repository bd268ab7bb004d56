import DequeModule
import OrderedCollections
import Plan

/// All scheduling state of a driver as one value with one door.
///
/// It has no clock, no socket and no randomness: the same events give the same actions. Whoever feeds it does so
/// from one thread, in one order, and carries the actions out in the order given.
package struct Scheduler: Sendable {
  let options: SchedulerOptions
  /// Raised at each start of a driver: milliseconds since 1970. Epochs count on from 2^20 times it, which no driver
  /// catches up with, so that those of a later driver are always larger.
  let generation: UInt64
  var executors: OrderedDictionary<ExecutorID, ExecutorState> = [:]
  /// Live jobs in the order of their submission.
  var jobs: OrderedDictionary<JobID, JobState> = [:]
  var cachedTables: OrderedDictionary<CachedTableID, CachedTable> = [:]
  /// The table that a name stands for now.
  var cachedNames: OrderedDictionary<String, CachedTableID> = [:]
  /// Live jobs that read each table; their order decides nothing.
  var tableReaders: [CachedTableID: Set<JobID>] = [:]
  /// Executors that may hold something of each table; listed in order only.
  var tableHolders: [CachedTableID: Set<ExecutorID>] = [:]
  /// Live jobs that some executor refused.
  var refusedJobs: OrderedSet<JobID> = []
  /// Jobs with a task to launch; `rank` keeps it.
  var queue = JobQueue()
  /// Of all executors.
  var slotCount = 0
  /// Executors that may have a free slot, the one that waits longest first.
  var idle: Deque<ExecutorID> = []
  /// Those that found nothing among the tasks that wait: they look again when there is news.
  var parked: [ExecutorID] = []
  var hasNews = false
  /// Executors that are to leave.
  var draining: OrderedSet<ExecutorID> = []
  /// Executors that may have more attempts than slots; listed in order only.
  var crowded: Set<ExecutorID> = []
  var timetable = Timetable()
  /// When an executor died or left last, and since when none is there.
  var lastDeparture: Instant?
  var emptySince: Instant = .zero
  /// The last executors that died, the latest last.
  var recentDeaths: Deque<ExecutorDeath> = []
  var attemptCount: UInt64 = 0
  var registrationCount: UInt64 = 0
  var restorationCount: UInt64 = 0
  /// What the events at hand have led to so far.
  var actions: [SchedulerAction] = []

  package init(options: SchedulerOptions = SchedulerOptions(), generation: UInt64) {
    self.options = options
    self.generation = generation
  }

  /// The only way in. What happens to a task takes O(log n); docs/simulation.md says what takes more.
  ///
  /// What has happened at the same time comes in one call: tasks are given to slots once, at its end.
  package mutating func handle(_ events: [SchedulerEvent], at now: Instant) -> [SchedulerAction] {
    actions = []
    for event in events { handle(event, at: now) }
    assign(at: now)
    defer { actions = [] }
    return actions
  }

  private mutating func handle(_ event: SchedulerEvent, at now: Instant) {
    switch event {
    case .executorRegistered(let id, let description, let holding):
      register(id, description, holding: holding, at: now)
    case .executorAwaited(let id, let description): awaitExecutor(id, description, at: now)
    case .executorHeard(let id): executors[id]?.lastHeard = now
    case .executorLost(let id, _): lose(id, at: now)
    case .executorDraining(let id): drain(id, at: now)
    case .blocksMigrated(let request, let id, let failure):
      migrated(request, to: id, failure: failure, at: now)
    case .jobSubmitted(let id, let submission): submit(id, submission, at: now)
    case .jobRestored(let id, let job): restore(id, job, at: now)
    case .jobCancelled(let id): end(id, .cancelled, at: now)
    case .jobTooLarge(let id, let byteCount, let limit):
      end(id, .failed(.tooLarge(byteCount: byteCount, limit: limit)), at: now)
    case .jobPrepared(let job, let executor, let refusal):
      prepared(job, executor, refusal: refusal, at: now)
    case .taskFinished(let attempt, let executor, let outcome):
      finish(attempt, on: executor, outcome, at: now)
    case .taskFailed(let attempt, let executor, let failure):
      fail(attempt, on: executor, failure, at: now)
    case .commitEnded(let job, let failure): commitEnded(job, failure: failure, at: now)
    case .cachedTableDropped(let name): dropCachedTable(named: name)
    case .cachedTableRestored(let table): restore(table)
    case .tick: tick(at: now)
    }
  }

  // MARK: Time

  private mutating func tick(at now: Instant) {
    for item in timetable.takeDue(at: now) {
      switch item {
      case .silence(let id, let registration):
        endIfSilent(id, registration: registration, at: now)
      case .inclusion(let id): include(id, at: now)
      case .stranding(let job): endIfStranded(job, at: now)
      case .slowness(let attempt, let id): speculate(attempt, on: id, at: now)
      }
    }
    continueDrains(at: now)
    recallWaiting(at: now)
    // What waited for an executor of its own may go anywhere now.
    hasNews = true
  }

  // MARK: Jobs

  private mutating func submit(_ id: JobID, _ submission: JobSubmission, at now: Instant) {
    guard jobs[id] == nil else { return }
    var inputs: OrderedDictionary<String, CachedTableID> = [:]
    for stage in submission.plan.stages {
      for case .cached(let name, let schema) in stage.inputs {
        guard let table = cachedNames[name] else {
          actions.append(.jobEnded(id, .failed(.cachedTableGone(name)), nil))
          return
        }
        guard let cached = cachedTables[table], cached.parts.count == stage.partitionCount,
          cached.plan.results[cached.result].schema == schema
        else {
          actions.append(.jobEnded(id, .failed(.cachedTableChanged(name)), nil))
          return
        }
        inputs[name] = table
      }
    }
    start(
      JobState(
        id: id, name: submission.name, purpose: .submitted, plan: submission.plan,
        cachedInputs: inputs, startedAt: now), at: now)
  }

  mutating func start(_ job: JobState, at now: Instant) {
    jobs[job.id] = job
    for table in job.cachedInputs.values { tableReaders[table, default: []].insert(job.id) }
    if executors.isEmpty { timetable.add(.stranding(job.id), at: now + options.noExecutorTimeout) }
    advance(job.id, at: now)
  }

  /// Looks whether stages have become ready or the job complete.
  mutating func advance(_ id: JobID, at now: Instant) {
    guard let job = jobs[id], job.phase == .running else { return }
    defer { rank(id) }
    for stage in job.plan.stages {
      let isReady = stage.inputs.allSatisfy { input in
        switch input {
        case .scan: true
        case .exchange(let exchange): job.isProducedCompletely(exchange)
        case .cached(let name, _): isCacheComplete(job.cachedInputs[name])
        }
      }
      if !isReady {
        self[job: id].stages[stage.id].readySince = nil
        if !job.stages[stage.id].isComplete { restoreInputs(of: stage, in: job, at: now) }
      } else if job.stages[stage.id].readySince == nil {
        self[job: id].stages[stage.id].readySince = now
        self[job: id].hasNewWork = true
      }
    }
    guard jobs[id]?.isComplete == true else { return }
    if job.writesOutputs {
      self[job: id].phase = .committing
      actions.append(.commit(id, job.files))
    } else {
      succeed(id, at: now)
    }
  }

  private mutating func commitEnded(_ id: JobID, failure: String?, at now: Instant) {
    guard jobs[id]?.phase == .committing else { return }
    self[job: id].phase = .committed
    if let failure {
      end(id, .failed(.commitFailed(failure)), at: now)
    } else {
      succeed(id, at: now)
    }
  }

  private mutating func succeed(_ id: JobID, at now: Instant) {
    guard let job = jobs[id] else { return }
    var shown: [TaskOutcome.ShownRows] = []
    for result in job.results {
      for case .shown(let rows) in result.parts { shown.append(rows) }
    }
    if job.purpose == .submitted { keepCachedTables(of: job) }
    end(id, .succeeded(shown), at: now)
  }

  /// Takes a job out. What its attempts say from now on is dropped.
  ///
  /// A commit that has begun goes to its end, whatever happens meanwhile: half of the outputs would be worse than
  /// all of them.
  mutating func end(_ id: JobID, _ end: JobEnd, at now: Instant) {
    let progress = progress(of: id)
    guard let job = jobs[id], job.phase != .committing else { return }
    jobs[id] = nil
    refusedJobs.remove(id)
    rank(id)
    for table in job.cachedInputs.values {
      tableReaders[table]?.remove(id)
      if tableReaders[table]?.isEmpty == true { tableReaders[table] = nil }
    }
    for executor in job.told.sorted() where hasExecutor(executor) {
      let running = self[executor: executor].running.filter { $0.task.job == id }
      if !running.isEmpty {
        self[executor: executor].running.subtract(running)
        actions.append(.cancel(Array(running), executor))
      }
      self[executor: executor].forget(id)
      actions.append(.releaseJob(id, executor))
      // Also one that has not said yet whether it takes part.
      enqueue(executor)
    }
    switch job.purpose {
    case .submitted:
      if case .succeeded = end {} else { releaseResults(of: job) }
      actions.append(.jobEnded(id, end, progress))
    case .restoration(let table):
      // Also what it got done before it failed: that is in the executors' memory.
      keepCachedTables(of: job)
      restorationEnded(table, end, at: now)
    }
    releaseUnreadTables()
  }
}
