import Columnar

/// The columns that the batches of an input have by the plan. Operators index them without a look, and a block may come from
/// anyone: batches of other types are not let in.
package struct ExpectedColumns: Hashable, Sendable {
  private let rows: [DataType]
  private let partialResults: [DataType]?

  /// `partialResults`: nil where nobody takes any.
  package init(rows: Schema, partialResults: Schema?) {
    self.rows = rows.fields.map(\.type)
    self.partialResults = partialResults.map { $0.fields.map(\.type) }
  }

  /// Throws when the batch has other columns, or is of a kind that nobody takes.
  func check(_ batch: BlockBatch) throws(UnexpectedColumns) {
    let expected: [DataType]? =
      switch batch.kind {
      case .rows: rows
      case .partialResults: partialResults
      // Never in a block: the reader makes rows of its side input such.
      case .side: nil
      }
    guard let expected else { throw .partialResults }
    let found = batch.batch.columns.map(\.type)
    if found != expected { throw .types(expected: expected, found: found) }
  }
}

/// A batch that the plan of its reader does not know.
package enum UnexpectedColumns: Error, Hashable, Sendable, CustomStringConvertible {
  case types(expected: [DataType], found: [DataType])
  case partialResults

  package var description: String {
    switch self {
    case .types(let expected, let found):
      "columns of types \(found) where \(expected) were planned"
    case .partialResults: "partial results of groups where rows were planned"
    }
  }
}
