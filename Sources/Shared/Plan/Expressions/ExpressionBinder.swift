import Columnar

extension Expression {
  /// The expression over the columns of `schema`, with Spark's types and casts. Aggregate functions have no
  /// place in it.
  package func bound(
    to schema: Schema, functions: UserFunctions = UserFunctions()
  ) throws(ExpressionError) -> BoundExpression {
    var binder = ExpressionBinder(schema: schema, functions: functions)
    return try binder.bind(self)
  }

  /// A condition (of `where`): the expression must be boolean.
  package func boundCondition(
    to schema: Schema, functions: UserFunctions = UserFunctions()
  ) throws(ExpressionError) -> BoundExpression {
    let condition = try bound(to: schema, functions: functions)
    guard condition.type == .boolean || condition.type == .void else {
      throw ExpressionError(.conditionNotBoolean(found: condition.type), at: position)
    }
    return condition.casting(to: .boolean)
  }

  /// Whether no aggregate function stands in it.
  package var isAggregateFree: Bool {
    if case .call(let name, _, _) = kind, AggregateCatalogue.names.contains(name) { return false }
    return kind.operands.allSatisfy(\.isAggregateFree)
  }
}

/// Looks up names and settles types.
struct ExpressionBinder {
  /// A constant in more than one place would be a tree that doubles with every level.
  static let maximumNodes = 50_000

  let schema: Schema
  let functions: UserFunctions
  /// Set where aggregate functions may stand: names are then those of keys.
  var aggregation: Aggregation?

  init(schema: Schema, functions: UserFunctions, aggregation: Aggregation? = nil) {
    self.schema = schema
    self.functions = functions
    self.aggregation = aggregation
  }

  mutating func bind(_ expression: Expression) throws(ExpressionError) -> BoundExpression {
    if let key = aggregation?.key(for: expression) { return key }
    switch expression.kind {
    case .literal(let value, let type): return .literal(value, type)
    case .column(let name): return try column(name, at: expression.position)
    case .star: throw ExpressionError(.misplacedStar, at: expression.position)
    case .operation(let operation, let operands):
      return try bind(operation, call(operation.rawValue, operands, expression.position))
    case .call(let name, let arguments, let isDistinct):
      return try bind(call: name, arguments, isDistinct, at: expression.position)
    case .cast(let operand, let type, let mode):
      let operand = try bind(operand)
      guard operand.type.canBeCast(to: type) else {
        throw ExpressionError(
          .invalidCast(from: operand.type, to: type), at: expression.position)
      }
      return operand.casting(to: type, mode)
    case .caseWhen(let operand, let branches, let otherwise):
      return try bind(operand, branches, otherwise, at: expression.position)
    }
  }

  private func column(
    _ name: String, at position: Int
  ) throws(ExpressionError) -> BoundExpression {
    if let aggregation { throw aggregation.notAKey(name, in: schema, at: position) }
    guard let index = schema.index(of: name) else {
      throw ExpressionError(
        .unknownColumn(name, nearest: nearestName(to: name, among: schema.names)), at: position)
    }
    return .column(index, schema.fields[index].type)
  }

  private mutating func call(
    _ name: String, _ arguments: [Expression], _ position: Int
  ) throws(ExpressionError) -> FunctionCall {
    var bound: [BoundExpression] = []
    for argument in arguments { bound.append(try bind(argument)) }
    return FunctionCall(name: name, position: position, arguments: bound)
  }

  private mutating func bind(
    call name: String, _ arguments: [Expression], _ isDistinct: Bool, at position: Int
  ) throws(ExpressionError) -> BoundExpression {
    if AggregateCatalogue.names.contains(name) {
      guard aggregation != nil else {
        throw ExpressionError(.misplacedAggregate(name), at: position)
      }
      let call = try AggregateCatalogue.bind(
        name, arguments, isDistinct: isDistinct, at: position, schema: schema,
        functions: functions)
      return aggregation!.result(of: call)
    }
    if let user = functions.scalars[name] ?? functions.aggregates[name] {
      return try bind(user, name, arguments, isDistinct, at: position)
    }
    guard let definition = FunctionCatalogue.definitions[name] else {
      throw FunctionCatalogue.unknown(name, at: position, beside: functions)
    }
    if isDistinct { throw ExpressionError(.misplacedDistinct(name), at: position) }
    guard definition.counts.contains(arguments.count) else {
      throw ExpressionError(
        .argumentCount(
          function: name, expected: FunctionDefinition.description(of: definition.counts),
          found: arguments.count),
        at: position)
    }
    return try definition.bind(try call(name, arguments, position))
  }

  /// A call of the user's, which takes one argument or more of any types.
  private mutating func bind(
    _ definition: UserFunctions.Definition, _ name: String, _ arguments: [Expression],
    _ isDistinct: Bool, at position: Int
  ) throws(ExpressionError) -> BoundExpression {
    let isAggregate = functions.aggregates[name] != nil
    if isAggregate, aggregation == nil {
      throw ExpressionError(.misplacedAggregate(name), at: position)
    }
    if !isAggregate, !functions.takesCalls {
      throw ExpressionError(.misplacedCall(name), at: position)
    }
    if isDistinct { throw ExpressionError(.misplacedDistinct(name), at: position) }
    guard !arguments.isEmpty else {
      throw ExpressionError(
        .argumentCount(function: name, expected: "1 or more arguments", found: 0), at: position)
    }
    if isAggregate {
      var bound: [BoundExpression] = []
      for argument in arguments {
        bound.append(try argument.bound(to: schema, functions: functions))
      }
      return aggregation!.result(
        of: AggregateCall(
          function: .python(definition.function), arguments: bound, type: definition.type))
    }
    let call = try call(name, arguments, position)
    return BoundExpression(.python(definition.function, call.arguments), definition.type)
  }

  private func bind(
    _ operation: Expression.Operation, _ call: FunctionCall
  ) throws(ExpressionError) -> BoundExpression {
    switch operation {
    case .add: return try call.arithmetic(.add)
    case .subtract: return try call.arithmetic(.subtract)
    case .multiply: return try call.arithmetic(.multiply)
    case .divide: return try call.arithmetic(.divide)
    case .remainder: return try call.arithmetic(.remainder)
    case .integralDivide: return try call.integralDivision(.ansi)
    case .negate:
      let operand = try call.argument(0, .numeric)
      return BoundExpression(.call(.negate, [operand], .ansi), operand.type)
    case .equal: return try call.comparison(.equal)
    case .notEqual: return try call.comparison(.notEqual)
    case .less: return try call.comparison(.less)
    case .lessOrEqual: return try call.comparison(.lessOrEqual)
    case .greater: return try call.comparison(.greater)
    case .greaterOrEqual: return try call.comparison(.greaterOrEqual)
    case .nullSafeEqual: return try call.comparison(.nullSafeEqual)
    case .isIn: return try call.comparison(.isIn)
    case .between: return try call.comparison(.between)
    case .and: return BoundExpression(.and(try call.conditions()), .boolean)
    case .or: return BoundExpression(.or(try call.conditions()), .boolean)
    case .not:
      return BoundExpression(.call(.not, [try call.argument(0, .boolean)], .ansi), .boolean)
    case .concat: return try FunctionCatalogue.concat(call)
    case .like: return try FunctionCatalogue.like(call, .like)
    case .likeIgnoringCase: return try FunctionCatalogue.like(call, .likeIgnoringCase)
    case .regexpLike: return try FunctionCatalogue.pattern(call, .regexpLike, .boolean)
    case .isNull: return BoundExpression(.call(.isNull, call.arguments, .ansi), .boolean)
    case .isNotNull: return BoundExpression(.call(.isNotNull, call.arguments, .ansi), .boolean)
    case .element:
      // Brackets count from 0, element_at from 1.
      let position = try call.argument(1, .long)
      return try FunctionCatalogue.element(
        call,
        position: BoundExpression(
          .call(.add, [position, .literal(.integer(1), .long)], .ansi), .long), .ansi)
    }
  }

  private mutating func bind(
    _ operand: Expression?, _ branches: [Expression.Branch], _ otherwise: Expression?,
    at position: Int
  ) throws(ExpressionError) -> BoundExpression {
    var conditions: [BoundExpression] = []
    if let operand {
      let value = try bind(operand)
      if value.nodeCount > Self.maximumNodes / branches.count {
        throw ExpressionError(.tooLarge(limit: Self.maximumNodes), at: position)
      }
      for branch in branches {
        let comparison = FunctionCall(
          name: "CASE", position: branch.condition.position,
          arguments: [value, try bind(branch.condition)])
        conditions.append(try comparison.comparison(.equal))
      }
    } else {
      for branch in branches {
        let condition = FunctionCall(
          name: "CASE WHEN", position: branch.condition.position,
          arguments: [try bind(branch.condition)])
        conditions.append(try condition.argument(0, .boolean))
      }
    }
    var values: [BoundExpression] = []
    for branch in branches { values.append(try bind(branch.value)) }
    values.append(
      try otherwise.map { expression throws(ExpressionError) in try bind(expression) }
        ?? .literal(.null, .void))
    let unified = try FunctionCall(name: "CASE", position: position, arguments: values).unified()
    return .caseWhen(conditions, values: unified)
  }
}

extension FunctionCall {
  /// All arguments as conditions.
  fileprivate func conditions() throws(ExpressionError) -> [BoundExpression] {
    var conditions: [BoundExpression] = []
    for index in arguments.indices { conditions.append(try argument(index, .boolean)) }
    return conditions
  }
}

extension BoundExpression {
  /// `values` has one more than `conditions`, the one for rows that meet none; all of one type.
  static func caseWhen(
    _ conditions: [BoundExpression], values: [BoundExpression]
  ) -> BoundExpression {
    let branches = zip(conditions, values).map { Branch(condition: $0, value: $1) }
    let otherwise = values[conditions.count]
    return BoundExpression(.caseWhen(branches, otherwise: otherwise), otherwise.type)
  }
}
