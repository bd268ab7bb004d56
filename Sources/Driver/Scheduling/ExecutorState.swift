import OrderedCollections
import Plan

/// What the scheduler knows of one registered executor.
struct ExecutorState: Sendable {
  enum Preparation: Sendable {
    case asked
    case ready
    case refused(String)
  }

  let description: ExecutorDescription
  /// Counts registrations, over all executors.
  let registration: UInt64
  var lastHeard: Instant
  var running: OrderedSet<AttemptID> = []
  /// Finished tasks whose blocks it holds.
  var outputs = HeldOutputs()
  /// Jobs that it was asked about; their order decides nothing.
  var preparations: [JobID: Preparation] = [:]
  var stagesSent: [JobID: Set<Int>] = [:]
  /// The version of each exchange's map outputs that it was told.
  var exchangeVersions: [JobID: [Int: Int]] = [:]
  /// Jobs whose tasks failed unexpectedly here, and when.
  var failedJobs: OrderedDictionary<JobID, Instant> = [:]
  var excludedUntil: Instant?
  /// An earlier driver knew it, and it has not come back yet.
  var isAwaited = false
  /// Set when it is to leave.
  var drain: DrainState?
  /// Whether it stands in the queue of executors with a free slot.
  var isQueued = false

  init(description: ExecutorDescription, registration: UInt64, lastHeard: Instant) {
    self.description = description
    self.registration = registration
    self.lastHeard = lastHeard
  }

  var freeSlots: Int { max(0, description.slots - running.count) }

  /// Whether it may get tasks.
  func isAvailable(at now: Instant) -> Bool {
    !isAwaited && drain == nil && !isExcluded(at: now)
  }

  func isExcluded(at now: Instant) -> Bool { excludedUntil.map { now < $0 } ?? false }

  mutating func forget(_ job: JobID) {
    preparations[job] = nil
    stagesSent[job] = nil
    exchangeVersions[job] = nil
    outputs.removeAll(of: job)
  }
}
