import DequeModule
import OrderedCollections
import Plan

struct StageState: Sendable {
  var tasks: [TaskState]
  /// Partitions to run, in order; one that is no longer waiting is passed over.
  var pending: Deque<Int>
  var runningCount = 0
  var finishedCount = 0
  /// Executors that died while they ran a task of it, since one last finished.
  var deathsWithoutProgress = 0
  /// Whether all that it reads is there; since when.
  var readySince: Instant?
  /// The longest that a task took of late: forgotten little by little as others take less. Nil before the first.
  var longestTask: Duration?
  /// Whether so much of it has finished that those that still run are watched for slowness.
  var isWatched = false
  /// Whether any task has finished since the stage last started from nothing. The journal, and results, may have what it
  /// left also when the task runs again.
  var hasFinishedTasks = false
  /// It has finished with a cached table that was made again since and came out otherwise, or may have been.
  var hasReadWhatIsGone = false
  /// How long its tasks took.
  var durations = DurationHistogram()
  /// Quote characters by file and the start of the split.
  var quotes: OrderedDictionary<String, [Int64: Int]> = [:]
  /// Rows whose key has no model, of the tasks that have any: a task that runs again counts once.
  private var unmatchedRows: [Int: Int] = [:]
  private(set) var rowsWithoutModel = 0

  init(partitionCount: Int) {
    tasks = Array(repeating: TaskState(), count: partitionCount)
    pending = Deque(0..<partitionCount)
  }

  var isComplete: Bool { finishedCount == tasks.count }

  mutating func note(rowsWithoutModel count: Int, of partition: Int) {
    if count == 0, unmatchedRows.isEmpty { return }
    rowsWithoutModel += count - (unmatchedRows.updateValue(count, forKey: partition) ?? 0)
  }
}
