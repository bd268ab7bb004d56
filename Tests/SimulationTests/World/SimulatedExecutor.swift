import DequeModule
import Driver
import Executor
import Plan

/// An executor process: its protocol value, and around it what `ExecutorProcess`, its slots and its block store do.
struct SimulatedExecutor {
  struct Running {
    let assignment: TaskAssignment
    /// What the holders of its inputs have answered.
    var answers: [InputSource: FetchAnswer] = [:]
    var awaited = 0
  }

  let id: ExecutorID
  let host: Int
  let slots: Int
  var state = ExecutorProtocol()
  var store = SimulatedStore()
  /// Its control connection; nil while it calls the driver.
  var connection: Int?
  /// Counts calls and connections, so that what belongs to an old one is dropped.
  var session = 0
  var heartbeatInterval = Duration.seconds(1)
  var driverHeardAt: Instant = .zero
  /// Since when it calls, and how long it waits before it does so again.
  var callsSince: Instant = .zero
  var callPause = Duration.milliseconds(50)
  var reports: [MessageToDriver.Report] = []
  /// Attempts that wait for a slot.
  var waiting: Deque<TaskAssignment> = []
  var running: [AttemptID: Running] = [:]
  var cancelled: Set<AttemptID> = []
  /// The disk takes nothing before.
  var diskFullUntil: Instant = .zero

  /// Until when the driver may keep it once it wants to leave (SIGTERM); nil as long as it does not.
  var leavesBy: Instant?

  /// How long it looks for a driver before it ends.
  static let driverTimeout = Duration.seconds(60)

  init(id: ExecutorID, host: Int, slots: Int) {
    self.id = id
    self.host = host
    self.slots = slots
  }

  var registration: MessageToDriver {
    .register(
      id, description,
      holding: ExecutorHoldings(jobs: state.heldJobs, cachedTables: state.heldCachedTables))
  }

  private var description: ExecutorDescription {
    ExecutorDescription(
      slots: slots, memory: 1 << 30, dataAddress: id.name, host: "host-\(host)", processID: 1,
      isLeaving: leavesBy != nil)
  }
}

/// From whom an attempt gets a part of its input.
enum InputSource: Hashable {
  case exchange(Int, holder: ExecutorID)
  case cached(String)
}

/// A request to another executor on a data connection, with a deadline.
struct Fetch {
  enum Purpose {
    case input(InputSource, of: AttemptID)
    /// To take over what an executor holds that is to leave.
    case migration(BlockMigration)
  }

  let reader: ExecutorID
  let purpose: Purpose
  let address: String
  var blocks: [BlockKey] = []
  var partitions: [CachedPartitionKey] = []
  let deadline: Instant

  /// What `BlockStream` waits for the next batch.
  static let timeout = Duration.seconds(30)
}

enum FetchAnswer {
  /// What the holder has of it.
  case found([BlockKey: Lineage], [CachedPartitionKey: Lineage])
  case unreachable(String)
}
