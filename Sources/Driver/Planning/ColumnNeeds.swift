import Plan

/// Which tables and which of their columns the outputs of a job need.
///
/// A grouping needs all that it was asked to compute: its result is small beside its input.
struct ColumnNeeds {
  /// What one table needs, as ascending indices.
  struct Table: Hashable {
    /// Columns of the table's input.
    var input: [Int] = []
    /// Columns after the projection and before the grouping.
    var projected: [Int] = []
    /// Columns of the table, for its readers and for its own order.
    var output: [Int] = []
    /// Whether any output needs the table.
    var isNeeded = false
  }

  private(set) var tables: [Table]

  /// O(tables × columns × expressions): each table is looked at once, after its readers.
  init(_ job: AnalyzedJob) {
    tables = Array(repeating: Table(), count: job.tables.count)
    var read = job.tables.map { Array(repeating: false, count: $0.schema.count) }
    for output in job.outputs {
      tables[output.table].isNeeded = true
      for column in read[output.table].indices { read[output.table][column] = true }
    }
    for (index, table) in job.tables.enumerated().reversed() where tables[index].isNeeded {
      let needs = Self.needs(of: table, read: read[index])
      tables[index] = needs
      for source in table.input.tables {
        tables[source].isNeeded = true
        let width = job.tables[source].schema.count
        for column in table.input.columns(of: source, width: width, needed: needs.input) {
          read[source][column] = true
        }
      }
    }
  }

  private static func needs(of table: AnalyzedTable, read: [Bool]) -> Table {
    var output = read
    for order in table.order { order.expression.markColumns(in: &output) }

    var projected = output
    if let grouping = table.grouping {
      projected = Array(repeating: false, count: table.projectedSchema.count)
      for key in grouping.keys { key.expression.markColumns(in: &projected) }
      for input in grouping.inputs { input.markColumns(in: &projected) }
    }
    if table.handsOverAllColumns {
      projected = Array(repeating: true, count: table.projectedSchema.count)
    }

    var input = projected
    if let projection = table.projection {
      input = Array(repeating: false, count: table.inputSchema.count)
      for (column, item) in projection.enumerated() where projected[column] {
        item.expression.markColumns(in: &input)
      }
    }
    table.filter?.markColumns(in: &input)
    return Table(
      input: input.trueIndices, projected: projected.trueIndices, output: output.trueIndices,
      isNeeded: true)
  }
}

extension AnalyzedTable.Input {
  /// The tables of the job that it reads, as often as it reads them.
  var tables: [Int] {
    switch self {
    case .read, .cached: []
    case .table(let table): [table]
    case .union(let tables): tables
    case .predict(let prediction): [prediction.models, prediction.rows]
    case .cogroup(let cogroup): [cogroup.left, cogroup.right]
    }
  }

  /// The columns of one of these tables, which has `width`, that are read where those of `needed` come out.
  fileprivate func columns(of table: Int, width: Int, needed: [Int]) -> [Int] {
    // What a function does with a column, only it knows.
    if case .cogroup = self { return Array(0..<width) }
    guard case .predict(let prediction) = self else { return needed }
    var columns: [Int] = []
    if table == prediction.models {
      columns += [prediction.modelColumn] + prediction.modelKeys.flatMap(\.expression.columnIndices)
    }
    // What the features are called is known to the models alone.
    if table == prediction.rows { columns += 0..<prediction.rowColumnCount }
    return columns
  }
}

extension AnalyzedTable {
  /// Whether it has a function of which only it knows what it does with a column.
  fileprivate var handsOverAllColumns: Bool {
    if case .apply = grouping?.action { return true }
    return mapping != nil
  }
}

extension Grouping {
  /// The expressions over the projected columns that it takes beside its keys.
  fileprivate var inputs: [BoundExpression] {
    switch action {
    case .aggregate(let calls, _): calls.flatMap(\.arguments)
    case .train(let training): training.inputs
    case .apply: []
    }
  }
}

extension BoundExpression {
  fileprivate func markColumns(in marks: inout [Bool]) {
    for column in columnIndices { marks[column] = true }
  }
}

extension [Bool] {
  fileprivate var trueIndices: [Int] { indices.filter { self[$0] } }
}
