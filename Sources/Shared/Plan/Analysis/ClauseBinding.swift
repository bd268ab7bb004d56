import Columnar

/// Expressions of a job file against the columns that they see.
extension Analyzer {
  /// An expression in which no function of the user's is called.
  mutating func bound(_ item: Located<Expression>, _ schema: Schema) -> BoundExpression? {
    reportingErrors(of: item) { [functions] () throws(ExpressionError) in
      try item.value.bound(to: schema, functions: functions.withoutCalls)
    }
  }

  mutating func reportingErrors<Item, Result>(
    of item: Located<Item>, _ bind: () throws(ExpressionError) -> Result
  ) -> Result? {
    if hasTooManyErrors { return nil }
    do throws(ExpressionError) {
      return try bind()
    } catch {
      report(.expression(error, text: item.text), line: item.line)
      return nil
    }
  }

  /// The columns of a select list, in which `*` stands for all columns.
  ///
  /// Each item is bound alone, so that one run reports the errors of all of them.
  mutating func columns(
    _ items: [Located<SelectItem>], _ schema: Schema, in place: String, _ functions: UserFunctions
  ) -> [NamedExpression]? {
    guard let line = items.first?.line else { return [] }
    let bound = items.map { item in
      reportingErrors(of: item) { () throws(ExpressionError) in
        try bindSelectList([item.value], to: schema, functions: functions)
      }
    }
    guard bound.allSatisfy({ $0 != nil }) else { return nil }
    let result = bound.flatMap { $0 ?? [] }
    return checkUnique(result.map(\.name), in: place, line: line) ? result : nil
  }

  /// Items of which each is one column: `group_by` and `features`.
  mutating func singleColumns(
    _ items: [Located<SelectItem>], _ schema: Schema, in place: String
  ) -> [NamedExpression]? {
    checkStars(items, in: place) ? columns(items, schema, in: place, functions.withoutCalls) : nil
  }

  /// The calls and results of `aggregate`.
  mutating func aggregates(
    _ items: [Located<SelectItem>], keys: [NamedExpression], _ schema: Schema
  ) -> (calls: [AggregateCall], results: [NamedExpression])? {
    guard checkStars(items, in: "`aggregate`") else { return nil }
    let alone = items.compactMap { item in
      reportingErrors(of: item) { [functions] () throws(ExpressionError) in
        try bindAggregates([item.value], keys: keys, schema: schema, functions: functions)
      }
    }
    let names = alone.flatMap { $0.results.map(\.name) }
    guard alone.count == items.count,
      checkUnique(names, in: "`aggregate`", line: items[0].line)
    else { return nil }
    // Bound together, equal calls of different items are computed once.
    return reportingErrors(of: items[0]) { [functions] () throws(ExpressionError) in
      try bindAggregates(items.map(\.value), keys: keys, schema: schema, functions: functions)
    }
  }

  /// Refuses `*` where each item must be one column.
  private mutating func checkStars(_ items: [Located<SelectItem>], in place: String) -> Bool {
    var fits = true
    for item in items {
      guard case .star = item.value else { continue }
      report(.table(.misplacedStar(place: place)), line: item.line)
      fits = false
    }
    return fits
  }
}
