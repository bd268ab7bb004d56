/// An argument of a compute function: a value a row, one value for all rows, or all columns of a batch.
package enum Datum: Sendable {
  case column(Column)
  /// A column of length 1 whose value stands for every row.
  case scalar(Column)
  case batch(RecordBatch)
}

extension Datum {
  /// One value for every row. Throws `ScalarTypeMismatch` when `type` cannot hold it.
  package static func scalar(_ value: Scalar, _ type: DataType) throws -> Datum {
    .scalar(try Column(type, [value]))
  }
}
