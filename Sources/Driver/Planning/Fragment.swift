import Columnar
import Plan

/// A part of a table's rows: what comes out of one node (or input) of a stage.
///
/// A table is a list of fragments, one after the other. A fragment holds the columns that somebody needs,
/// which are not all columns of the table nor in the same order.
struct Fragment: Hashable {
  var stage: Int
  var parent: OperatorNode.Parent
  /// Partition p of the stage is partition `firstPartition + p` of the table.
  var firstPartition: Int
  /// The index in the table's schema of each column that the node gives; what calls gave stands behind them.
  var columns: [Int]
  /// What the node gives.
  var schema: Schema
  /// Of what the node gives; nil where nothing is known.
  var statistics: TableStatistics?

  /// Now the node gives these columns of a table, of which nothing else is known.
  mutating func becomes(_ schema: Schema) {
    self.schema = schema
    columns = Array(schema.fields.indices)
    statistics = nil
  }

  /// The expression over a table's columns as one over the node's columns.
  func mapping(_ expression: BoundExpression) -> BoundExpression {
    expression.mappingColumns { column in
      guard let position = columns.firstIndex(of: column) else {
        preconditionFailure("column \(column) was pruned although an expression needs it")
      }
      return position
    }
  }

  func mapping(_ expressions: [NamedExpression]) -> [NamedExpression] {
    expressions.map { NamedExpression(name: $0.name, expression: mapping($0.expression)) }
  }

  func mapping(_ order: [SortOrder]) -> [SortOrder] {
    order.map {
      SortOrder(
        expression: mapping($0.expression), descending: $0.descending, nullsFirst: $0.nullsFirst)
    }
  }
}
