import Columnar
import Plan

/// Computes the columns of each row anew.
final class ProjectOperator: BatchOperator {
  private let schema: Schema
  private let columns: [ExpressionEvaluator]

  init(_ columns: [NamedExpression]) {
    schema = Schema(columns.map { Field($0.name, $0.expression.type) })
    self.columns = columns.map { ExpressionEvaluator($0.expression) }
  }

  let isSatisfied = false
  let byteCount = 0

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let projected = RecordBatch(
      schema: schema, columns: try columns.map { try $0.evaluate(batch) },
      rowCount: batch.rowCount)
    try output(projected, kind)
  }

  func finish(to output: Output) {}
}
