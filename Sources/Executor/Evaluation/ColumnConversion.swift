import Columnar
import Plan

extension Column {
  /// The values as those of another type. Throws `EvaluationError` for one that it cannot take.
  func casting(to target: DataType) throws -> Column {
    try ExpressionEvaluator(.column(0, type).casting(to: target)).evaluate(
      RecordBatch(schema: Schema([Field("value", type)]), columns: [self], rowCount: length))
  }

  /// Of doubles: itself where it has no nulls.
  func replacingNullsByNaN() -> Column {
    guard nullCount > 0 else { return self }
    let values = withValues(as: Double.self) { values in
      values.indices.map { isNull($0) ? Double.nan : values[$0] }
    }
    return values.withUnsafeBufferPointer { Column.copying(.double, $0) }
  }
}
