import Columnar

/// Why a Python function cannot be what a job makes of it.
package enum PythonProblem: Hashable, Sendable {
  case noFile(String, function: String, nearest: String?)
  /// `on` names a column that one of the tables does not have.
  case noKey(String, table: String, nearest: String?)
  case keysDiffer(String, left: DataType, right: DataType)
  /// A column of a recorded group that is a key by its name and not by its type.
  case keyOfOtherType(String, key: DataType, returned: DataType)
  /// A column where the errors of groups are recorded.
  case returnsErrorColumn
}

extension PythonProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noFile(let name, let function, let nearest):
      "there is no file '\(name)', which should define \(function)"
        + (nearest == nil ? "; paths start at the job file's folder" : suggestion(nearest))
    case .noKey(let name, let table, let nearest):
      "'\(table)' has no column '\(name)', which `on` names\(suggestion(nearest))"
    case .keysDiffer(let name, let left, let right):
      """
      '\(name)' is of type \(left) on the left and \(right) on the right, which cannot be compared: cast one of them \
      in a `select`
      """
    case .keyOfOtherType(let name, let key, let returned):
      """
      `schema` has the key '\(name)' as \(returned), but it is of type \(key): with `on_error: record` the rows of \
      failed groups have it too, so return it as \(key) or under another name
      """
    case .returnsErrorColumn:
      "`schema` has a column 'error', which `on_error: record` adds itself; return it under another name"
    }
  }
}
