import Driver

/// How rough a world is. Each seed draws its own: few faults in one, many kinds at once in another, since a bug that
/// needs calm to be seen hides in a storm.
struct Conditions {
  /// Faults come before this; afterwards everything heals.
  var faultsEnd: Duration
  var faults: [Fault]
  var hostCount: Int
  var longestDelay: Duration
  /// A host whose tasks take ten times as long.
  var slowHost: Int?
  /// A host that does not see the folders of outputs.
  var blindHost: Int?
  /// The chances that a task fails without reason, a data connection breaks, a step of a commit fails.
  var failureRate: Double
  var fetchBreakRate: Double
  var commitFailureRate: Double
  /// Whether tasks take milliseconds, so that more of them are launched than there are slots.
  var hasShortTasks: Bool
  var submissions: Int

  init(using random: inout SeededRandom) {
    faultsEnd = .milliseconds(Int.random(in: 2_000...30_000, using: &random))
    hostCount = Int.random(in: 1...5, using: &random)
    longestDelay = .milliseconds([1, 5, 50].randomElement(using: &random)!)
    submissions = Int.random(in: 1...5, using: &random)
    hasShortTasks = random.chance(0.4)
    slowHost = random.chance(0.2) ? Int.random(in: 1...hostCount, using: &random) : nil
    blindHost = hostCount > 1 && random.chance(0.05) ? hostCount : nil
    failureRate = random.chance(0.5) ? 0.03 : 0
    fetchBreakRate = random.chance(0.3) ? 0.02 : 0
    commitFailureRate = random.chance(0.1) ? 0.1 : 0
    let kinds = Fault.allCases.filter { _ in random.chance(0.4) }
    let count = kinds.isEmpty ? 0 : Int.random(in: 0...12, using: &random)
    faults = (0..<count).map { _ in kinds.randomElement(using: &random)! }
  }

  /// A world in which nothing goes wrong.
  static func calm(using random: inout SeededRandom) -> Conditions {
    var conditions = Conditions(using: &random)
    conditions.faults = []
    conditions.slowHost = nil
    conditions.blindHost = nil
    conditions.failureRate = 0
    conditions.fetchBreakRate = 0
    conditions.commitFailureRate = 0
    return conditions
  }

  func runningTime(using random: inout SeededRandom) -> Duration {
    hasShortTasks && random.chance(0.95)
      ? .microseconds(Int.random(in: 50...5_000, using: &random))
      : .milliseconds(Int.random(in: 5...600, using: &random))
  }

  /// What an executor says that a task took.
  var reportedTime: Duration { hasShortTasks ? .microseconds(300) : .milliseconds(200) }
}
