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
          + keys.map { "\($0.name) = \(Self.text(of: $0.value))" }.joined(separator: ", ")
          + ": \(error)"
      }
    case .unexpectedColumns(let expected, let found):
      "a grouping got columns of types \(found) where \(expected) were planned"
    case .notMergeable: "the plan combines a grouping whose partial results do not merge"
    case .columnOutOfRange(let column, let count):
      "the plan takes column \(column) of rows that have \(count)"
    }
  }

  /// A key for people, short.
  private static func text(of value: Scalar) -> String {
    switch value {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): "'\(value.prefix(80))'"
    case .date(let days): "day \(days)"
    case .timestamp(let microseconds): "\(microseconds) µs since 1970"
    case .decimal(let unscaled, let scale): "\(unscaled)e-\(scale)"
    case .binary, .list: "\(value)"
    }
  }
}
