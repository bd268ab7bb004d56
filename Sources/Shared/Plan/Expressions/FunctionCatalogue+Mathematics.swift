import Columnar

extension FunctionCatalogue {
  static let mathematics: [FunctionDefinition] =
    [
      binary(["try_add"]) { call throws(ExpressionError) in try call.arithmetic(.add, .try) },
      binary(["try_subtract"]) { call throws(ExpressionError) in
        try call.arithmetic(.subtract, .try)
      },
      binary(["try_multiply"]) { call throws(ExpressionError) in
        try call.arithmetic(.multiply, .try)
      },
      binary(["try_divide"]) { call throws(ExpressionError) in try call.arithmetic(.divide, .try) },
      binary(["try_mod", "try_remainder"]) { call throws(ExpressionError) in
        try call.arithmetic(.remainder, .try)
      },
      binary(["mod"]) { call throws(ExpressionError) in try call.arithmetic(.remainder) },
      binary(["pmod"]) { call throws(ExpressionError) in try call.arithmetic(.positiveModulo) },
      binary(["div"]) { call throws(ExpressionError) in try call.integralDivision(.ansi) },
      .sameType(["negative"], [.numeric], .negate),
      .sameType(["abs"], [.numeric], .absolute),
      FunctionDefinition(["positive"], 1) { call throws(ExpressionError) in
        try call.argument(0, .numeric)
      },
      FunctionDefinition(["ceil", "ceiling"], 1) { call throws(ExpressionError) in
        try whole(call, .ceil)
      },
      FunctionDefinition(["floor"], 1) { call throws(ExpressionError) in
        try whole(call, .floor)
      },
      FunctionDefinition(["round"], 1...2) { call throws(ExpressionError) in
        try rounded(call, .round)
      },
      FunctionDefinition(["bround"], 1...2) { call throws(ExpressionError) in
        try rounded(call, .bround)
      },
      .scalar(["power", "pow"], [.double, .double], .double, .power),
      .scalar(["atan2"], [.double, .double], .double, .atan2),
      .scalar(["nanvl"], [.double, .double], .double, .nanvl),
      FunctionDefinition(["log"], 1...2) { call throws(ExpressionError) in
        let arguments = try call.arguments(
          as: Array(repeating: .double, count: call.count))
        return BoundExpression(
          .call(arguments.count == 1 ? .ln : .log, arguments, .ansi), .double)
      },
      FunctionDefinition(["pi"], 0) { _ in .literal(.double(.pi), .double) },
      FunctionDefinition(["e"], 0) { _ in .literal(.double(2.718281828459045), .double) },
    ]
    + ofDouble.map { .scalar($0.0, [.double], .double, $0.1) }

  private static let ofDouble: [([String], ScalarFunction)] = [
    (["sign", "signum"], .sign), (["sqrt"], .sqrt), (["cbrt"], .cbrt), (["exp"], .exp),
    (["expm1"], .expm1), (["ln"], .ln), (["log2"], .log2), (["log10"], .log10),
    (["log1p"], .log1p), (["sin"], .sin), (["cos"], .cos), (["tan"], .tan), (["asin"], .asin),
    (["acos"], .acos), (["atan"], .atan), (["sinh"], .sinh), (["cosh"], .cosh), (["tanh"], .tanh),
    (["asinh"], .asinh), (["acosh"], .acosh), (["atanh"], .atanh), (["degrees"], .degrees),
    (["radians"], .radians),
  ]

  private static func binary(
    _ names: [String], _ bind: @escaping FunctionDefinition.Binding
  ) -> FunctionDefinition {
    FunctionDefinition(names, 2, bind)
  }

  /// Ceiling and floor: of a decimal a decimal without a fraction, else a long.
  private static func whole(
    _ call: FunctionCall, _ function: ScalarFunction
  ) throws(ExpressionError) -> BoundExpression {
    let argument = try call.argument(0, .numeric)
    if case .decimal(let precision, let scale) = argument.type {
      let type = DataType.boundedDecimal(precision: precision - scale + 1, scale: 0)
      return BoundExpression(.call(function, [argument], .ansi), type)
    }
    if argument.type.isInteger { return argument.casting(to: .long) }
    return BoundExpression(.call(function, [argument.casting(to: .double)], .ansi), .long)
  }

  /// To a constant number of digits behind the point, before it when negative.
  private static func rounded(
    _ call: FunctionCall, _ function: ScalarFunction
  ) throws(ExpressionError) -> BoundExpression {
    let argument = try call.argument(0, .numeric)
    let digits = call.count == 1 ? 0 : try call.constantInteger(1)
    guard let digits else { return .literal(.null, argument.type) }
    var type = argument.type
    if case .decimal(let precision, let scale) = type {
      let whole = precision - scale + 1
      if digits < 0 {
        let (needed, overflow) = (1 as Int).subtractingReportingOverflow(digits)
        type = .boundedDecimal(precision: overflow ? 38 : max(whole, needed), scale: 0)
      } else {
        let kept = min(scale, digits)
        type = .boundedDecimal(precision: whole + kept, scale: kept)
      }
    }
    let places = BoundExpression.literal(.integer(Int64(digits)), .integer)
    return BoundExpression(.call(function, [argument, places], .ansi), type)
  }
}
