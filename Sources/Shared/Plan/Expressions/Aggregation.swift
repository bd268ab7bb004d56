import Columnar

/// The scope of an `aggregate:` list: keys by name, and the calls that its items share.
///
/// Results are expressions over the keys followed by the calls.
struct Aggregation {
  let keys: [NamedExpression]
  let schema: Schema
  private(set) var calls: [AggregateCall] = []
  /// Whether a key is more than a column, so that it can be written again in an item.
  private let hasComputedKeys: Bool

  init(keys: [NamedExpression], schema: Schema) {
    self.keys = keys
    self.schema = schema
    hasComputedKeys = keys.contains { key in
      if case .column = key.expression.kind { false } else { true }
    }
  }

  /// The key that an expression names or repeats.
  func key(for expression: Expression) -> BoundExpression? {
    if case .literal = expression.kind { return nil }
    if case .column(let name) = expression.kind,
      let index = keys.firstIndex(where: { $0.name == name })
    {
      return .column(index, keys[index].expression.type)
    }
    var isColumn = false
    if case .column = expression.kind { isColumn = true }
    guard hasComputedKeys || isColumn, let bound = try? expression.bound(to: schema),
      let index = keys.firstIndex(where: { $0.expression == bound })
    else { return nil }
    return .column(index, bound.type)
  }

  func notAKey(_ name: String, in schema: Schema, at position: Int) -> ExpressionError {
    if schema.index(of: name) == nil {
      let names = keys.map(\.name) + schema.names
      return ExpressionError(
        .unknownColumn(name, nearest: nearestName(to: name, among: names)), at: position)
    }
    return ExpressionError(.notAKey(name, keys: keys.map(\.name)), at: position)
  }

  /// The column of a call's result; equal calls are computed once.
  mutating func result(of call: AggregateCall) -> BoundExpression {
    let index = calls.firstIndex(of: call) ?? calls.count
    if index == calls.count { calls.append(call) }
    return .column(keys.count + index, call.type)
  }
}

/// Binds the items of an `aggregate:` list on rows of `schema` grouped by `keys` (over the same rows).
///
/// `results` are over the keys followed by the values of `calls`; the keys themselves are not among them.
package func bindAggregates(
  _ items: [SelectItem], keys: [NamedExpression], schema: Schema,
  functions: UserFunctions = UserFunctions()
) throws(ExpressionError) -> (calls: [AggregateCall], results: [NamedExpression]) {
  var binder = ExpressionBinder(
    schema: schema, functions: functions.withoutCalls,
    aggregation: Aggregation(keys: keys, schema: schema))
  var results: [NamedExpression] = []
  for item in items {
    switch item {
    case .star(let position):
      throw ExpressionError(.misplacedStar, at: position)
    case .expression(let expression, let alias):
      let name = alias ?? expression.defaultName
      if results.contains(where: { $0.name == name }) || keys.contains(where: { $0.name == name }) {
        throw ExpressionError(.duplicateName(name), at: expression.position)
      }
      results.append(NamedExpression(name: name, expression: try binder.bind(expression)))
    }
  }
  return (binder.aggregation?.calls ?? [], results)
}

/// Binds a select list; `*` stands for all columns of `schema`.
package func bindSelectList(
  _ items: [SelectItem], to schema: Schema, functions: UserFunctions = UserFunctions()
) throws(ExpressionError) -> [NamedExpression] {
  var results: [NamedExpression] = []
  func append(_ name: String, _ bound: BoundExpression, _ position: Int) throws(ExpressionError) {
    if results.contains(where: { $0.name == name }) {
      throw ExpressionError(.duplicateName(name), at: position)
    }
    results.append(NamedExpression(name: name, expression: bound))
  }
  for item in items {
    switch item {
    case .star(let position):
      for (index, field) in schema.fields.enumerated() {
        try append(field.name, .column(index, field.type), position)
      }
    case .expression(let expression, let alias):
      try append(
        alias ?? expression.defaultName, try expression.bound(to: schema, functions: functions),
        expression.position)
    }
  }
  return results
}

extension SortItem {
  package func bound(
    to schema: Schema, functions: UserFunctions = UserFunctions()
  ) throws(ExpressionError) -> SortOrder {
    let bound = try expression.bound(to: schema, functions: functions.withoutCalls)
    guard bound.type.isOrderable else {
      throw ExpressionError(
        .argumentType(
          function: "order_by", argument: 1, expected: "a value that can be compared",
          found: bound.type), at: expression.position)
    }
    return SortOrder(expression: bound, descending: descending, nullsFirst: nullsFirst)
  }
}
