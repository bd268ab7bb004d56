import Columnar
import Plan

/// Keeps the rows for which a condition is true: not those where it is false or null.
final class FilterOperator: BatchOperator {
  private let condition: ExpressionEvaluator

  init(_ condition: BoundExpression) {
    self.condition = ExpressionEvaluator(condition)
  }

  let isSatisfied = false
  let byteCount = 0

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let kept = try batch.filtering(by: condition.evaluate(batch))
    if kept.rowCount > 0 { try output(kept, kind) }
  }

  func finish(to output: Output) {}
}
