import Columnar
import Plan

/// Which conditions may leave rows out already where files are read.
///
/// A scan may leave out what no reader of the table keeps: a condition is pushed down when every way from the
/// scan to an output has it. Rows are filtered again by the operators, so that a scan need not be exact.
struct PredicatePushdown {
  /// For each table, the conditions that all rows of its input that matter fulfil, over the input's columns.
  private let conditions: [[ColumnPredicate]]

  /// More conditions than this leave no more rows out, but take time to compare.
  private static let limit = 32

  /// O(tables × readers): each table is looked at once, after its readers.
  init(_ job: AnalyzedJob, needs: ColumnNeeds) {
    var conditions: [[ColumnPredicate]] = Array(repeating: [], count: job.tables.count)
    // What all readers of a table seen so far demand of its columns; nil while there is none.
    var demands: [[ColumnPredicate]?] = Array(repeating: nil, count: job.tables.count)
    for output in job.outputs { demands[output.table] = [] }
    for (index, table) in job.tables.enumerated().reversed() where needs.tables[index].isNeeded {
      var own = Array((table.filter?.columnPredicates ?? []).prefix(Self.limit))
      // A grouping, a limit and their likes depend on rows that a later filter drops.
      if table.grouping == nil, table.mapping == nil, table.limit == nil {
        for demand in demands[index] ?? [] where own.count < Self.limit {
          guard let condition = table.overInput(demand), !own.contains(condition) else { continue }
          own.append(condition)
        }
      }
      conditions[index] = own
      switch table.input {
      // Models are for all rows, and conditions on what is predicted for none before that; so are functions.
      case .predict, .cogroup:
        for source in table.input.tables { demands[source] = [] }
        continue
      case .read, .cached, .table, .union: break
      }
      for source in table.input.tables {
        demands[source] = demands[source].map { $0.filter(own.contains) } ?? own
      }
    }
    self.conditions = conditions
  }

  /// Over the columns of the files, for a table that reads some.
  func predicates(ofScan table: Int) -> [ColumnPredicate] { conditions[table] }
}

extension AnalyzedTable {
  /// A condition on a projected column as one on a column of the input; nil when the column is computed.
  fileprivate func overInput(_ condition: ColumnPredicate) -> ColumnPredicate? {
    guard let projection else { return condition }
    let expression = projection[condition.column].expression
    guard expression.columnIndices.count == 1, let column = expression.columnIndices.first,
      expression == .column(column, expression.type)
    else { return nil }
    return ColumnPredicate(
      column: column, comparison: condition.comparison, value: condition.value)
  }
}
