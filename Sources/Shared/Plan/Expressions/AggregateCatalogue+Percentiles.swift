import Columnar

extension AggregateCatalogue {
  enum Percentile {
    /// A value of the group.
    case approximate
    /// Between two values of the group.
    case interpolated
    /// The interpolated one at a half.
    case median
  }

  static let percentiles: [String: Percentile] = [
    "percentile_approx": .approximate, "approx_percentile": .approximate,
    "percentile": .interpolated, "median": .median,
  ]

  /// The accuracy of `percentile_approx` is checked and not needed: the result is exact.
  static func percentile(
    _ percentile: Percentile, _ name: String, _ arguments: [Expression], at position: Int,
    schema: Schema, functions: UserFunctions
  ) throws(ExpressionError) -> AggregateCall {
    let value = FunctionCall(
      name: name, position: position,
      arguments: [try arguments[0].bound(to: schema, functions: functions)])
    if percentile == .median {
      return AggregateCall(
        function: .percentile([0.5], isList: false), arguments: [try value.argument(0, .double)],
        type: .double)
    }
    let (fractions, isList) = try fractions(name, arguments[1])
    if arguments.count == 3 {
      guard case .literal(.integer(let accuracy), _) = arguments[2].kind, accuracy > 0 else {
        throw ExpressionError(
          .invalidArgument(
            function: name, argument: 3, reason: "(the accuracy) must be a constant above 0"),
          at: arguments[2].position)
      }
    }
    switch percentile {
    case .approximate:
      let isTime = [.date, .timestamp].contains(value.arguments[0].type)
      let argument = try value.argument(0, isTime ? .dateOrTimestamp : .numeric)
      return AggregateCall(
        function: .percentileApprox(fractions, isList: isList), arguments: [argument],
        type: isList ? .list(argument.type) : argument.type)
    case .interpolated, .median:
      return AggregateCall(
        function: .percentile(fractions, isList: isList),
        arguments: [try value.argument(0, .double)], type: isList ? .list(.double) : .double)
    }
  }

  /// One fraction or `array(...)` of them, constants in 0...1.
  private static func fractions(
    _ name: String, _ expression: Expression
  ) throws(ExpressionError) -> (fractions: [Double], isList: Bool) {
    if case .call("array", let items, _) = expression.kind, !items.isEmpty {
      var fractions: [Double] = []
      for item in items { fractions.append(try fraction(name, item)) }
      return (fractions, true)
    }
    return ([try fraction(name, expression)], false)
  }

  private static func fraction(
    _ name: String, _ expression: Expression
  ) throws(ExpressionError) -> Double {
    let bound = try expression.bound(to: Schema([])).casting(to: .double)
    guard case .double(let value)? = bound.literalValue, 0...1 ~= value else {
      throw ExpressionError(
        .invalidArgument(
          function: name, argument: 2, reason: "must be a constant between 0 and 1"),
        at: expression.position)
    }
    return value
  }
}
