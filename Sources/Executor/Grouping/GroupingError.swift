import Columnar

/// What keeps a grouping from going on.
enum GroupingError: Error {
  /// More groups than a table numbers.
  case tooManyGroups
  /// A failure in one group, with the names and values of its keys.
  case inGroup([(name: String, value: Scalar)], AggregateError)
  /// A batch that is neither rows nor partial results of this grouping: the plan of its producer was another one.
  case unexpectedColumns(expected: [DataType], found: [DataType])
  /// The plan combines a grouping whose partial results do not merge.
  case notMergeable
  /// The plan names a column that the rows do not have.
  case columnOutOfRange(Int, columnCount: Int)
}

extension GroupingError: CustomStringConvertible {
  var description: String {
    switch self {
    case .tooManyGroups:
      "more than \(GroupTable.maximumGroupCount) groups in one partition: raise `partitions:`"
    case .inGroup(let keys, let error):
      if keys.isEmpty {
        "\(error)"
      } else {
        "in the group "
          + keys.map { "\($0.name) = \($0.value.shortText)" }.joined(separator: ", ")
          + ": \(error)"
      }
    case .unexpectedColumns(let expected, let found):
      "a grouping got columns of types \(found) where \(expected) were planned"
    case .notMergeable: "the plan combines a grouping whose partial results do not merge"
    case .columnOutOfRange(let column, let count):
      "the plan takes column \(column) of rows that have \(count)"
    }
  }
}
