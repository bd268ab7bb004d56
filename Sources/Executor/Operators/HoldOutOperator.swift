import Columnar
import Plan

/// Appends a column that says which rows are held out for testing.
///
/// A row's place in the table decides (`Column.heldOut`): the choice is the same whatever runs where, however the rows
/// come in batches, and for any learner.
final class HoldOutOperator: BatchOperator {
  private let fraction: Double
  private let seed: Int64
  private let partition: Int
  private let name: String
  /// The number of the next row in the partition.
  private var row = 0

  /// `partition` is the number of the partition in the table.
  init(fraction: Double, seed: Int64, partition: Int, name: String) {
    self.fraction = fraction
    self.seed = seed
    self.partition = partition
    self.name = name
  }

  let isSatisfied = false
  let byteCount = 0

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let rows = row..<row + batch.rowCount
    row = rows.upperBound
    let heldOut = Column.heldOut(rows: rows, partition: partition, seed: seed, fraction: fraction)
    try output(
      RecordBatch(
        schema: Schema(batch.schema.fields + [Field(name, .boolean)]),
        columns: batch.columns + [heldOut], rowCount: batch.rowCount),
      kind)
  }

  func finish(to output: Output) {}
}
