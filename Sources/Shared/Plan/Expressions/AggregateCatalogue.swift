import Columnar

/// The aggregate functions of Spark SQL that the engine knows, and what their calls become.
enum AggregateCatalogue {
  static let names: Set<String> = [
    "count", "sum", "avg", "mean", "min", "max", "stddev", "stddev_samp", "std", "stddev_pop",
    "variance", "var_samp", "var_pop", "covar_samp", "covar_pop", "corr", "first", "first_value",
    "any_value", "last", "last_value", "percentile_approx", "approx_percentile", "percentile",
    "median", "count_if", "bool_and", "every", "bool_or", "some", "any", "approx_count_distinct",
  ]

  static func bind(
    _ name: String, _ arguments: [Expression], isDistinct: Bool, at position: Int, schema: Schema,
    functions: UserFunctions
  ) throws(ExpressionError) -> AggregateCall {
    if isDistinct, !acceptDistinct.contains(name) {
      throw ExpressionError(.misplacedDistinct(name), at: position)
    }
    if name == "count" {
      return try count(
        arguments, isDistinct: isDistinct, at: position, schema: schema, functions: functions)
    }
    let counts = argumentCounts[name] ?? 1...1
    guard counts.contains(arguments.count) else {
      throw ExpressionError(
        .argumentCount(
          function: name,
          expected: FunctionDefinition.description(of: counts),
          found: arguments.count), at: position)
    }
    if let percentile = percentiles[name] {
      return try self.percentile(
        percentile, name, arguments, at: position, schema: schema, functions: functions)
    }
    let call = try bindArguments(
      name, arguments, at: position, schema: schema, functions: functions)
    return try bind(call, beside: functions)
  }

  /// Where the same values once and twice make no difference, besides count.
  private static let acceptDistinct: Set<String> = [
    "count", "min", "max", "bool_and", "every", "bool_or", "some", "any", "approx_count_distinct",
  ]

  private static let argumentCounts: [String: ClosedRange<Int>] = [
    "covar_samp": 2...2, "covar_pop": 2...2, "corr": 2...2, "first": 1...2, "first_value": 1...2,
    "any_value": 1...2, "last": 1...2, "last_value": 1...2, "percentile_approx": 2...3,
    "approx_percentile": 2...3, "percentile": 2...2, "approx_count_distinct": 1...2,
  ]

  private static func bindArguments(
    _ name: String, _ arguments: [Expression], at position: Int, schema: Schema,
    functions: UserFunctions
  ) throws(ExpressionError) -> FunctionCall {
    var bound: [BoundExpression] = []
    for argument in arguments {
      bound.append(try argument.bound(to: schema, functions: functions))
    }
    return FunctionCall(name: name, position: position, arguments: bound)
  }

  /// `count(*)`, `count(x, y)` and `count(DISTINCT x, y)`.
  private static func count(
    _ arguments: [Expression], isDistinct: Bool, at position: Int, schema: Schema,
    functions: UserFunctions
  ) throws(ExpressionError) -> AggregateCall {
    if arguments.count == 1, case .star = arguments[0].kind {
      return AggregateCall(function: .count, arguments: [], type: .long)
    }
    if arguments.isEmpty {
      throw ExpressionError(
        .argumentCount(function: "count", expected: "* or 1 or more arguments", found: 0),
        at: position)
    }
    let call = try bindArguments(
      "count", arguments, at: position, schema: schema, functions: functions)
    if isDistinct {
      return AggregateCall(function: .countDistinct, arguments: call.arguments, type: .long)
    }
    // Constants are never null: count(1) counts rows.
    let counted = call.arguments.filter { $0.literalValue == nil || $0.literalValue == .null }
    return AggregateCall(function: .count, arguments: counted, type: .long)
  }

  private static func bind(
    _ call: FunctionCall, beside functions: UserFunctions
  ) throws(ExpressionError) -> AggregateCall {
    switch call.name {
    case "sum": return try sum(call)
    case "avg", "mean": return try average(call)
    case "min": return try extreme(call, .min)
    case "max": return try extreme(call, .max)
    case "bool_and", "every":
      return AggregateCall(
        function: .min, arguments: [try call.argument(0, .boolean)], type: .boolean)
    case "bool_or", "some", "any":
      return AggregateCall(
        function: .max, arguments: [try call.argument(0, .boolean)], type: .boolean)
    case "count_if":
      // Counts what is not null, so false becomes null.
      let condition = BoundExpression.caseWhen(
        [try call.argument(0, .boolean)],
        values: [.literal(.boolean(true), .boolean), .literal(.null, .boolean)])
      return AggregateCall(function: .count, arguments: [condition], type: .long)
    case "approx_count_distinct":
      return AggregateCall(
        function: .countDistinct, arguments: [call.arguments[0]], type: .long)
    case "first", "first_value", "any_value":
      return try ordered(call, AggregateFunction.first(ignoreNulls:))
    case "last", "last_value":
      return try ordered(call, AggregateFunction.last(ignoreNulls:))
    default:
      guard let function = moments[call.name] else {
        throw FunctionCatalogue.unknown(call.name, at: call.position, beside: functions)
      }
      return AggregateCall(
        function: function,
        arguments: try call.arguments(as: Array(repeating: .double, count: call.count)),
        type: .double)
    }
  }

  private static let moments: [String: AggregateFunction] = [
    "stddev": .stddevSample, "stddev_samp": .stddevSample, "std": .stddevSample,
    "stddev_pop": .stddevPopulation, "variance": .varianceSample, "var_samp": .varianceSample,
    "var_pop": .variancePopulation, "covar_samp": .covarianceSample,
    "covar_pop": .covariancePopulation, "corr": .corr,
  ]

  /// Of integers a long, of decimals ten digits more, else a double.
  private static func sum(_ call: FunctionCall) throws(ExpressionError) -> AggregateCall {
    let argument = try call.argument(0, .numeric)
    if case .decimal(let precision, let scale) = argument.type {
      return AggregateCall(
        function: .sum, arguments: [argument],
        type: .boundedDecimal(precision: precision + 10, scale: scale))
    }
    let type: DataType = argument.type.isInteger ? .long : .double
    return AggregateCall(function: .sum, arguments: [argument.casting(to: type)], type: type)
  }

  /// Of decimals a decimal with four digits more, else a double.
  private static func average(_ call: FunctionCall) throws(ExpressionError) -> AggregateCall {
    let argument = try call.argument(0, .numeric)
    if case .decimal(let precision, let scale) = argument.type {
      return AggregateCall(
        function: .avg, arguments: [argument],
        type: .boundedDecimal(precision: precision + 4, scale: scale + 4))
    }
    return AggregateCall(function: .avg, arguments: [argument.casting(to: .double)], type: .double)
  }

  private static func extreme(
    _ call: FunctionCall, _ function: AggregateFunction
  ) throws(ExpressionError) -> AggregateCall {
    let argument = call.arguments[0]
    guard argument.type.isOrderable else {
      throw call.error(
        .argumentType(
          function: call.name, argument: 1, expected: "a value that can be compared",
          found: argument.type))
    }
    return AggregateCall(function: function, arguments: [argument], type: argument.type)
  }

  private static func ordered(
    _ call: FunctionCall, _ function: (Bool) -> AggregateFunction
  ) throws(ExpressionError) -> AggregateCall {
    let ignoreNulls = call.count == 2 ? try call.constant(1, .boolean) : .boolean(false)
    return AggregateCall(
      function: function(ignoreNulls == .boolean(true)), arguments: [call.arguments[0]],
      type: call.arguments[0].type)
  }
}
