import Columnar
import Plan

/// Python functions of tables: of batches where they are, of groups behind a shuffle by their keys.
extension TablePlanner {
  /// Hands the batches of a fragment to a function.
  mutating func map(
    _ fragment: inout Fragment, by mapping: TableFunction, of table: AnalyzedTable
  ) {
    let columns = table.projectedSchema.fields.enumerated().map { index, field in
      fragment.mapping(.column(index, field.type))
    }
    let frame = PythonFrame(
      schema: fragment.schema, columns: columns.compactMap(\.column),
      names: table.projectedSchema.names)
    builder.append(
      .mapPython(
        PythonMapping(function: mapping.function, frame: frame, returned: mapping.returned)),
      to: &fragment)
    fragment.becomes(mapping.returned)
  }

  /// Hands each group of the rows to a function.
  mutating func apply(
    _ function: TableFunction, to parts: [Fragment], by keys: [NamedExpression],
    of table: AnalyzedTable
  ) throws(PlanningError) -> Fragment {
    let layout = FrameLayout(keys: keys, schema: table.projectedSchema)
    let rows = layOut(parts, as: layout.rows)
    let partitionCount =
      try checked(table.partitions, of: table, keyCount: keys.count)
      ?? planner.sizing.partitionCount(byteCount: builder.inputByteCount(of: rows))
    var grouped = builder.addExchange(
      for: table.name, partitioning: keys.isEmpty ? .single : .hash(keyCount: keys.count),
      partitionCount: partitionCount, from: rows, schema: layout.frame.schema,
      columns: Array(layout.rows.indices))
    let application = PythonApplication(
      function: function.function, keyCount: keys.count, frames: [layout.frame],
      returned: function.returned)
    builder.append(.applyPython(application), to: &grouped)
    grouped.becomes(table.schema)
    return grouped
  }

  /// Hands what two tables have of each key to a function. Both go through an exchange by their keys, and the one on the left
  /// comes on the side.
  mutating func cogroup(
    _ cogroup: Cogroup, of table: AnalyzedTable
  ) throws(PlanningError) -> Fragment {
    let left = FrameLayout(keys: cogroup.leftKeys, schema: job.tables[cogroup.left].schema)
    let right = FrameLayout(keys: cogroup.rightKeys, schema: job.tables[cogroup.right].schema)
    let keyCount = cogroup.leftKeys.count
    let leftRows = layOut(fragments[cogroup.left], as: left.rows)
    let rightRows = layOut(fragments[cogroup.right], as: right.rows)
    let partitionCount =
      try checked(cogroup.partitions, of: table, keyCount: keyCount)
      ?? planner.sizing.partitionCount(
        byteCount: builder.inputByteCount(of: leftRows + rightRows))
    let partitioning =
      keyCount == 0 ? Exchange.Partitioning.single : .hash(keyCount: keyCount)
    var joined = builder.addExchange(
      for: table.name, partitioning: partitioning, partitionCount: partitionCount,
      from: rightRows, schema: right.frame.schema, columns: Array(right.rows.indices))
    let side = builder.addSide(
      leftRows, partitioning: partitioning, schema: left.frame.schema, to: joined)
    let application = PythonApplication(
      function: cogroup.function.function, keyCount: keyCount, frames: [left.frame, right.frame],
      returned: cogroup.function.returned)
    builder.append(.applyPython(application), side: side, to: &joined)
    joined.becomes(table.inputSchema)
    return joined
  }

  /// The fragments with exactly these columns, over those of the table.
  private mutating func layOut(_ parts: [Fragment], as rows: [NamedExpression]) -> [Fragment] {
    var parts = parts
    for position in parts.indices {
      builder.project(
        parts[position].mapping(rows), columns: Array(rows.indices), on: &parts[position])
    }
    return parts
  }
}
