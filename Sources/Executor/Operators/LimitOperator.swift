import Columnar

/// Lets the first rows of the partition through.
final class LimitOperator: BatchOperator {
  private var remaining: Int

  /// `limit` is not negative.
  init(_ limit: Int) {
    remaining = limit
  }

  var isSatisfied: Bool { remaining == 0 }
  let byteCount = 0

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let taken = min(remaining, batch.rowCount)
    remaining -= taken
    if taken > 0 { try output(batch.slice(0..<taken), kind) }
  }

  func finish(to output: Output) {}
}
