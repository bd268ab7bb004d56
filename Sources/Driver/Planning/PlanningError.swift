import Learning

/// Why a job that makes sense cannot be cut into stages.
package enum PlanningError: Error, Hashable, Sendable {
  /// No listing was given for the files of a table: the caller's mistake, not the job's.
  case filesNotListed(table: String, line: Int)
  /// The table that `cached:NAME` means has gone since the job was checked.
  case cachedTableMissing(name: String, table: String, line: Int)
  /// Unions of unions repeat their inputs so often that the plan would not fit in memory.
  case tooManyParts(table: String, line: Int, limit: Int)
  case partitionCountOutOfRange(table: String, line: Int, count: Int, limit: Int)
  /// A search whose trials cannot be made.
  case search(table: String, line: Int, SearchSpaceError)
}

extension PlanningError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .filesNotListed(let table, let line):
      "line \(line): the files of table '\(table)' were not listed before planning"
    case .cachedTableMissing(let name, let table, let line):
      """
      line \(line): table '\(table)' reads cached:\(name), but no table of that name is in memory; \
      run the job that caches it first
      """
    case .tooManyParts(let table, let line, let limit):
      """
      line \(line): the unions under table '\(table)' repeat their tables more than \(limit) times; \
      group or limit the tables between them
      """
    case .partitionCountOutOfRange(let table, let line, let count, let limit):
      "line \(line): table '\(table)' has partitions: \(count); it must be from 1 to \(limit)"
    case .search(let table, let line, let error):
      "line \(line): the search of table '\(table)': \(error)"
    }
  }
}
