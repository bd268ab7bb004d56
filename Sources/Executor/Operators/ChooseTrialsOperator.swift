import Columnar
import Plan

/// Adds up what trials lost on the groups of all partitions, in the order in which they come, and lets the best of each learner
/// through.
///
/// The best trial is the one that has a loss in most groups, of several the one of the least mean loss, and of equal ones the first.
final class ChooseTrialsOperator: BatchOperator {
  private struct Key: Hashable {
    let learner: Int64
    let trial: Int64
  }

  private let count: Int
  private var order: [Key] = []
  private var measured: [Key: (groups: Int64, loss: Double)] = [:]

  /// - Parameter count: how many trials of each learner go on.
  init(count: Int) { self.count = count }

  let isSatisfied = false

  var byteCount: Int { 64 * order.count }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    guard batch.columns.map(\.type) == TrialSchema.measured.fields.map(\.type) else {
      throw TrainingPlanError.noSearch
    }
    for row in 0..<batch.rowCount {
      guard case .integer(let learner) = batch.columns[0][row],
        case .integer(let trial) = batch.columns[1][row],
        case .integer(let groups) = batch.columns[2][row],
        case .double(let loss) = batch.columns[3][row]
      else { continue }
      let key = Key(learner: learner, trial: trial)
      if measured[key] == nil { order.append(key) }
      let known = measured[key] ?? (0, 0)
      measured[key] = (known.groups &+ groups, known.loss + loss)
    }
  }

  func finish(to output: Output) throws {
    var chosen: [Key] = []
    let learners = Set(order.map(\.learner)).sorted()
    for learner in learners {
      let best = order.filter { $0.learner == learner }.sorted { rank($0) < rank($1) }
      chosen += best.prefix(count).sorted { $0.trial < $1.trial }
    }
    try output(
      RecordBatch(
        schema: TrialSchema.chosen,
        columns: [
          Column(.integer, values: chosen.map { Int32(truncatingIfNeeded: $0.learner) }),
          Column(.integer, values: chosen.map { Int32(truncatingIfNeeded: $0.trial) }),
        ], rowCount: chosen.count), .rows)
  }

  private func rank(_ key: Key) -> (Int64, Double, Int64) {
    let (groups, loss) = measured[key] ?? (0, 0)
    let mean = groups > 0 ? loss / Double(groups) : .infinity
    return (0 &- groups, mean.isNaN ? .infinity : mean, key.trial)
  }
}
