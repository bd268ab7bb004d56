import Driver
import Plan

/// A job that a client wants, whatever becomes of the drivers that it tells.
struct Submission {
  enum Trouble {
    case wrongData, poison
  }

  let number: Int
  var plan: StagePlan
  /// The last driver that it was submitted to.
  var driverRun: Int?
  var end: JobEnd?
  /// What its outputs hold once it has succeeded: rows by the names of files, by path.
  var outputs: [String: [String: Lineage]] = [:]
  var isCancelled = false
  /// A step of its commit failed by design.
  var commitFailed = false
  /// What one of its tasks does whenever it runs, and which.
  var trouble: (kind: Trouble, stage: Int, partition: Int)?
  /// The cached table that it wants to read, if there is one when it is submitted.
  let wantsCached: String?

  var hasEnded: Bool { end != nil }

  var text: String {
    let names = plan.stages.map { "\($0.partitionCount)" }.joined(separator: "+")
    let reads = plan.readsCached.map { " reading \($0)" } ?? ""
    let trouble = trouble.map { " with \($0.kind) in stage \($0.stage)" } ?? ""
    return "submission \(number) (\(names) tasks\(reads)\(trouble))"
  }

  func trouble(at task: TaskID) -> Trouble? {
    guard let trouble, trouble.stage == task.stage, trouble.partition == task.partition else {
      return nil
    }
    return trouble.kind
  }
}

extension Submission {
  init(number: Int, plan: StagePlan) {
    self.number = number
    self.plan = plan
    wantsCached = nil
  }

  init(number: Int, using random: inout SeededRandom) {
    self.number = number
    wantsCached =
      random.chance(0.4) ? SimulatedPlans.cachedNames.randomElement(using: &random) : nil
    plan = SimulatedPlans.random(number, cached: nil, using: &random)
    let last = plan.stages.last!
    if random.chance(0.05) {
      trouble = (.wrongData, last.id, Int.random(in: 0..<last.partitionCount, using: &random))
    } else if random.chance(0.03) {
      trouble = (.poison, last.id, Int.random(in: 0..<last.partitionCount, using: &random))
    }
  }

  /// A client plans its job when it submits it, over the tables that there are.
  mutating func choosePlan(reading tables: [CachedTableSummary], using random: inout SeededRandom) {
    guard driverRun == nil, trouble == nil, let name = wantsCached,
      let table = tables.first(where: { $0.name == name })
    else { return }
    plan = SimulatedPlans.random(
      number, cached: (name, table.partitions.count), using: &random)
  }
}
