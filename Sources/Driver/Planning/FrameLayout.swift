import Columnar
import Plan

/// How the rows of a table are laid out for a Python function of groups: keys first, then the columns that it sees, each once.
struct FrameLayout: Hashable {
  /// Over the columns of the table.
  let rows: [NamedExpression]
  let frame: PythonFrame

  /// - Parameter schema: all columns of the table, which the function sees.
  init(keys: [NamedExpression], schema: Schema) {
    var columns = RowColumns(keys: keys)
    let indices = schema.fields.enumerated().map { columns.index(ofColumn: $0, $1) }
    rows = columns.expressions
    frame = PythonFrame(schema: columns.schema, columns: indices, names: schema.names)
  }
}
