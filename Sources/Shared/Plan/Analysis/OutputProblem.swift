import Columnar

/// Why outputs do not fit each other or what the job reads.
package enum OutputProblem: Hashable, Sendable {
  /// Two outputs to one folder, or one inside of the other.
  case overlapping(String, String, otherLine: Int)
  case isInput(output: String, input: String, table: String)
  /// Two outputs that leave tables under one name.
  case duplicateCache(String, otherLine: Int)
  case cacheIsInput(String, table: String)
  /// A column that the format cannot hold.
  case unwritableColumn(String, type: DataType, format: FileFormat)
}

extension OutputProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .overlapping(let path, let other, let line):
      path == other
        ? "line \(line) already writes to \(path); write to another folder"
        : "\(path) overlaps with \(other), to which line \(line) writes; write to another folder"
    case .isInput(let output, let input, let table):
      """
      \(output) overlaps with \(input), which the table '\(table)' reads; an output cannot be an input of the \
      same job
      """
    case .duplicateCache(let name, let line):
      "line \(line) already caches a table as '\(name)'; take another name"
    case .cacheIsInput(let name, let table):
      "the table '\(table)' reads cached:\(name); cache this one under another name"
    case .unwritableColumn(let column, let type, let format):
      """
      \(format.rawValue) cannot hold the column '\(column)' of type \(type); write parquet, or leave it out \
      with `select`
      """
    }
  }
}
