import Columnar

extension FunctionCatalogue {
  static let conditionals: [FunctionDefinition] = [
    FunctionDefinition(["coalesce"], 1...FunctionDefinition.anyCount) {
      call throws(ExpressionError) in
      try coalesce(call)
    },
    FunctionDefinition(["nvl", "ifnull"], 2) { call throws(ExpressionError) in
      try coalesce(call)
    },
    FunctionDefinition(["nvl2"], 3) { call throws(ExpressionError) in
      let condition = BoundExpression(
        .call(.isNotNull, [call.arguments[0]], .ansi), .boolean)
      return .caseWhen([condition], values: try call.unified(from: 1))
    },
    FunctionDefinition(["if", "iff"], 3) { call throws(ExpressionError) in
      .caseWhen([try call.argument(0, .boolean)], values: try call.unified(from: 1))
    },
    FunctionDefinition(["nullif"], 2) { call throws(ExpressionError) in
      let operands = try call.comparison(.equal).operands
      return BoundExpression(.call(.nullIf, operands, .ansi), operands[0].type)
        .casting(to: call.arguments[0].type)
    },
    FunctionDefinition(["isnull"], 1) { call in
      BoundExpression(.call(.isNull, call.arguments, .ansi), .boolean)
    },
    FunctionDefinition(["isnotnull"], 1) { call in
      BoundExpression(.call(.isNotNull, call.arguments, .ansi), .boolean)
    },
    .scalar(["isnan"], [.double], .boolean, .isNaN),
    FunctionDefinition(["equal_null"], 2) { call throws(ExpressionError) in
      try call.comparison(.nullSafeEqual)
    },
    FunctionDefinition(["greatest"], 2...FunctionDefinition.anyCount) {
      call throws(ExpressionError) in
      try extreme(call, .greatest)
    },
    FunctionDefinition(["least"], 2...FunctionDefinition.anyCount) {
      call throws(ExpressionError) in
      try extreme(call, .least)
    },
    .scalar(["size", "cardinality", "array_size"], [.list], .integer, .size),
    FunctionDefinition(["element_at"], 2) { call throws(ExpressionError) in
      try element(call, position: try call.argument(1, .long), .ansi)
    },
    FunctionDefinition(["try_element_at"], 2) { call throws(ExpressionError) in
      try element(call, position: try call.argument(1, .long), .try)
    },
  ]

  private static func coalesce(_ call: FunctionCall) throws(ExpressionError) -> BoundExpression {
    let operands = try call.unified()
    return BoundExpression(.coalesce(operands), operands[0].type)
  }

  private static func extreme(
    _ call: FunctionCall, _ function: ScalarFunction
  ) throws(ExpressionError) -> BoundExpression {
    // The comparison checks that the values have an order.
    let comparison = try call.comparison(function)
    return BoundExpression(
      .call(function, comparison.operands, .ansi), comparison.operands[0].type)
  }

  /// An element of a list; `position` counts from 1.
  static func element(
    _ call: FunctionCall, position: BoundExpression, _ mode: EvaluationMode
  ) throws(ExpressionError) -> BoundExpression {
    let list = try call.argument(0, .list)
    guard case .list(let element) = list.type else { return list }
    return BoundExpression(.call(.elementAt, [list, position], mode), element)
  }
}
