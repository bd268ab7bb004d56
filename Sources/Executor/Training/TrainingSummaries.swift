import Columnar
import Plan

/// Sums up what became of trained groups, batch by batch: what pages and comparisons of jobs show of them. Belongs to one
/// task and one thread.
///
/// A number costs a few nanoseconds and no allocation; keys become texts only of the few groups that are among the most
/// extreme so far.
package struct TrainingSummaries {
  private struct Metric {
    let column: Int
    let name: String
  }

  private let keys: [Field]
  private let learnerColumn: Int
  private let rowsColumn: Int
  private let errorColumn: Int
  private let metrics: [Metric]
  /// By the name of the learner, in the order of the job.
  private var summaries: [TrainingSummary] = []
  /// Of each learner the rows of the batch at hand.
  private var rows: [[Int32]]
  private let names: [[UInt8]]

  /// Of results that have these keys and then the columns of the training.
  init(keys: [Field], of operation: TrainingOperation) {
    self.keys = keys
    let columns = operation.options.resultColumns
    func index(of column: TrainingColumn) -> Int {
      keys.count + (columns.firstIndex(of: column) ?? 0)
    }
    learnerColumn = index(of: .learner)
    rowsColumn = index(of: .rows)
    errorColumn = index(of: .error)
    metrics = columns.enumerated().compactMap { index, column in
      guard case .metric = column else { return nil }
      return Metric(column: keys.count + index, name: column.field.name)
    }
    var learners: [String] = []
    for learner in operation.learners where !learners.contains(learner.name) {
      learners.append(learner.name)
    }
    names = learners.map { Array($0.utf8) }
    rows = Array(repeating: [], count: learners.count)
    for learner in learners {
      var summary = TrainingSummary(operatorIndex: 0, learner: learner)
      summary.metrics = metrics.map { MetricSummary(name: $0.name) }
      summaries.append(summary)
    }
  }

  /// Of the learners that any group has, as those of an operator of the stage.
  package func summaries(ofOperator index: Int) -> [TrainingSummary] {
    summaries.filter { $0.groups > 0 }.map { summary in
      var summary = summary
      summary.operatorIndex = index
      return summary
    }
  }

  mutating func add(_ batch: RecordBatch) {
    divide(batch)
    for learner in rows.indices where !rows[learner].isEmpty {
      let rows = self.rows[learner]
      summaries[learner].groups += rows.count
      summaries[learner].errors += Self.presentCount(of: batch.columns[errorColumn], rows)
      addSizes(of: rows, in: batch, to: &summaries[learner].largestGroups)
      for (index, metric) in metrics.enumerated() {
        add(
          batch.columns[metric.column], rows, of: batch, to: &summaries[learner].metrics[index])
      }
    }
  }

  /// Tells the rows of the learners from each other.
  private mutating func divide(_ batch: RecordBatch) {
    for learner in rows.indices { rows[learner].removeAll(keepingCapacity: true) }
    guard names.count > 1 else {
      if !names.isEmpty { rows[0] += 0..<Int32(clamping: batch.rowCount) }
      return
    }
    let column = batch.columns[learnerColumn]
    withExtendedLifetime(column) {
      for row in 0..<batch.rowCount where !column.isNull(row) {
        let name = column.bytes(row)
        if let learner = names.firstIndex(where: { $0.elementsEqual(name) }) {
          rows[learner].append(Int32(truncatingIfNeeded: row))
        }
      }
    }
  }

  private static func presentCount(of column: Column, _ rows: [Int32]) -> Int {
    if column.nullCount == column.length { return 0 }
    return withExtendedLifetime(column) { rows.count { !column.isNull(Int($0)) } }
  }

  private func add(
    _ column: Column, _ rows: [Int32], of batch: RecordBatch, to metric: inout MetricSummary
  ) {
    guard column.nullCount < column.length else {
      metric.values.missing &+= UInt64(rows.count)
      return
    }
    let validity = column.validity
    var (low, high) = (metric.lowest.bound, metric.highest.bound)
    column.withValues(as: Double.self) { values in
      for row in rows {
        let row = Int(row)
        if let validity, !validity[row] {
          metric.values.missing &+= 1
          continue
        }
        let value = values[row]
        metric.values.add(value)
        if value < low {
          metric.lowest.add(group(row, of: batch, value))
          low = metric.lowest.bound
        }
        if value > high {
          metric.highest.add(group(row, of: batch, value))
          high = metric.highest.bound
        }
      }
    }
  }

  private func addSizes(
    of rows: [Int32], in batch: RecordBatch, to largest: inout ExtremeGroups
  ) {
    var bound = largest.bound
    batch.columns[rowsColumn].withValues(as: Int64.self) { counts in
      for row in rows {
        let count = Double(counts[Int(row)])
        guard count > bound else { continue }
        largest.add(group(Int(row), of: batch, count))
        bound = largest.bound
      }
    }
  }

  private func group(_ row: Int, of batch: RecordBatch, _ value: Double) -> GroupValue {
    GroupValue(
      keys: keys.enumerated().map { index, field in
        GroupValue.Key(column: field.name, value: batch.columns[index][row].keyText)
      }, value: value)
  }
}
