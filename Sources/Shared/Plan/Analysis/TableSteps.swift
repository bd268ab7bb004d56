import Columnar

/// What happens to the rows of a table.
extension Analyzer {
  /// The table with everything bound; nil when an error has been reported.
  mutating func table(_ table: JobTable, inputs: [Int]) -> AnalyzedTable? {
    let errorsBefore = errors.count
    guard let (input, inputSchema) = source(of: table, inputs: inputs) else { return nil }
    var result = AnalyzedTable(
      name: table.name, line: table.line, input: input, inputSchema: inputSchema,
      limit: table.limit, partitions: table.partitions?.value, schema: inputSchema)
    result.filter = table.filter.flatMap { filter in
      reportingErrors(of: filter) { [functions] () throws(ExpressionError) in
        try filter.value.boundCondition(to: inputSchema, functions: functions)
      }
    }
    if let select = table.select {
      guard let projection = columns(select, inputSchema, in: "`select`", functions) else {
        return nil
      }
      result.projection = projection
    }
    result.schema = result.projectedSchema
    if let map = table.map {
      guard let function = tableFunction(map) else { return nil }
      result.mapping = function
      result.schema = function.returned
    } else if table.aggregate != nil || table.train != nil || table.apply != nil {
      guard let (grouping, schema) = grouping(table, result.projectedSchema) else { return nil }
      result.grouping = grouping
      result.schema = schema
    }
    for item in table.orderBy {
      let order = reportingErrors(of: item) { [functions] () throws(ExpressionError) in
        try item.value.bound(to: result.schema, functions: functions)
      }
      if let order { result.order.append(order) }
    }
    return errors.count == errorsBefore ? result : nil
  }

  private mutating func grouping(
    _ table: JobTable, _ schema: Schema
  ) -> (grouping: Grouping, schema: Schema)? {
    guard let keys = singleColumns(table.groupBy, schema, in: "`group_by`") else { return nil }
    let keyFields = keys.map { Field($0.name, $0.expression.type) }
    if let apply = table.apply {
      guard let function = tableFunction(apply),
        let result = outputSchema(
          of: function, keys: keyFields, in: "the result of '\(table.name)'", line: apply.line)
      else { return nil }
      return (Grouping(keys: keys, action: .apply(function)), result)
    }
    let action: Grouping.Action
    let fields: [Field]
    if let aggregate = table.aggregate {
      guard let (calls, results) = aggregates(aggregate, keys: keys, schema) else { return nil }
      action = .aggregate(calls: calls, results: results)
      fields = results.map { Field($0.name, $0.expression.type) }
    } else if let train = table.train {
      guard let training = training(train, schema, hasKeys: !keys.isEmpty) else { return nil }
      action = .train(training)
      fields = training.options.resultFields
    } else {
      return nil
    }
    let result = Schema(keyFields + fields)
    guard checkUnique(result.names, in: "the result of '\(table.name)'", line: table.line) else {
      return nil
    }
    return (Grouping(keys: keys, action: action), result)
  }

  /// Reports names that stand twice.
  mutating func checkUnique(_ names: [String], in place: String, line: Int) -> Bool {
    var seen: Set<String> = []
    var reported: Set<String> = []
    for name in names where !seen.insert(name).inserted && reported.insert(name).inserted {
      report(.table(.duplicateColumn(name, place: place)), line: line)
    }
    return reported.isEmpty
  }
}
