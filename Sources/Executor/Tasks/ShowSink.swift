import Columnar
import Plan

/// Sends the rows of a shown result to the driver.
final class ShowSink: TaskSink {
  /// They go through the driver's memory to somebody's terminal.
  private static let byteLimit = 64 << 20

  private let result: Int
  private let partition: Int
  private var batches: [RecordBatch] = []
  private(set) var byteCount = 0

  init(result: Int, partition: Int) {
    self.result = result
    self.partition = partition
  }

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    guard batch.rowCount > 0 else { return }
    batches.append(batch)
    byteCount += batch.byteCount
    guard byteCount <= Self.byteLimit else {
      throw TaskFailure.wrongData(
        "the rows that are shown take \(byteCount) bytes or more, and \(Self.byteLimit) are the limit: "
          + "show fewer rows or columns, or write them")
    }
  }

  func finish(into outcome: inout TaskOutcome) throws {
    guard !batches.isEmpty else {
      outcome.shown.append(
        TaskOutcome.ShownRows(result: result, partition: partition, bytes: []))
      return
    }
    let rows = try RecordBatch.concatenating(batches)
    outcome.outputRows += rows.rowCount
    outcome.shown.append(
      TaskOutcome.ShownRows(
        result: result, partition: partition,
        bytes: try rows.serialized().bytes))
  }

  func abandon() { batches = [] }
}
