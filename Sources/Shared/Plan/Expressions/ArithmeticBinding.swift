import Columnar

// Operators on numbers and on dates, with Spark's result types.

extension FunctionCall {
  /// `+ - * / % pmod` of two arguments.
  func arithmetic(
    _ function: ScalarFunction, _ mode: EvaluationMode = .ansi
  ) throws(ExpressionError) -> BoundExpression {
    let left = arguments[0]
    let right = arguments[1]
    if let date = try dateArithmetic(function, left, right, mode) { return date }
    if left.type.isDecimal || right.type.isDecimal,
      let leftDecimal = decimalOperand(left), let rightDecimal = decimalOperand(right)
    {
      guard let one = leftDecimal.type.asDecimal, let other = rightDecimal.type.asDecimal else {
        throw mismatch(left.type, right.type)
      }
      return BoundExpression(
        .call(function, [leftDecimal, rightDecimal], mode), decimalResult(function, one, other))
    }
    guard let common = arithmeticType(left.type, right.type) else {
      throw mismatch(left.type, right.type)
    }
    let type: DataType = function == .divide ? .double : common
    return BoundExpression(
      .call(function, [left.casting(to: type), right.casting(to: type)], mode), type)
  }

  /// `DIV`: the whole part of a quotient, a long.
  func integralDivision(_ mode: EvaluationMode) throws(ExpressionError) -> BoundExpression {
    let left = arguments[0]
    let right = arguments[1]
    if left.type.isDecimal || right.type.isDecimal,
      let leftDecimal = decimalOperand(left), let rightDecimal = decimalOperand(right)
    {
      return BoundExpression(.call(.integralDivide, [leftDecimal, rightDecimal], mode), .long)
    }
    return BoundExpression(
      .call(.integralDivide, [try argument(0, .long), try argument(1, .long)], mode), .long)
  }

  private func mismatch(_ left: DataType, _ right: DataType) -> ExpressionError {
    error(.typeMismatch(operation: name, left: left, right: right))
  }

  /// The type that two numbers are brought to; text counts as a number.
  private func arithmeticType(_ left: DataType, _ right: DataType) -> DataType? {
    if left == .void, right == .void { return .double }
    if left == .string, right == .string || right == .void { return .double }
    if right == .string, left == .void { return .double }
    guard let common = commonType(left, right), common.isNumeric else { return nil }
    return common
  }

  /// A decimal, or an integer as the decimal that holds it: a constant as one of just its digits.
  private func decimalOperand(_ operand: BoundExpression) -> BoundExpression? {
    if operand.type.isDecimal { return operand }
    guard let (precision, scale) = operand.type.asDecimal else { return nil }
    if case .literal(.integer(let value)) = operand.kind {
      let digits = max(1, DecimalValue.digitCount(Int128(value)))
      return operand.casting(to: .decimal(precision: digits, scale: 0))
    }
    return operand.casting(to: .decimal(precision: precision, scale: scale))
  }

  /// A date plus or minus a number of days; nil when no date takes part.
  private func dateArithmetic(
    _ function: ScalarFunction, _ left: BoundExpression, _ right: BoundExpression,
    _ mode: EvaluationMode
  ) throws(ExpressionError) -> BoundExpression? {
    let types: Set<DataType> = [left.type, right.type]
    guard types.contains(.date) || types.contains(.timestamp) else { return nil }
    if function == .subtract, types.isSubset(of: [.date, .timestamp]) {
      throw error(
        .unsupported(
          "the difference of two times (an interval)",
          reason: "use datediff(end, start) or unix_timestamp(end) - unix_timestamp(start)"))
    }
    switch (function, left.type, right.type) {
    case (.add, .date, _) where right.type.isInteger: return addDays(left, right, mode)
    case (.add, _, .date) where left.type.isInteger: return addDays(right, left, mode)
    case (.subtract, .date, _) where right.type.isInteger:
      let days = BoundExpression(.call(.negate, [right.casting(to: .long)], mode), .long)
      return addDays(left, days, mode)
    default: throw mismatch(left.type, right.type)
    }
  }

  private func addDays(
    _ date: BoundExpression, _ days: BoundExpression, _ mode: EvaluationMode
  ) -> BoundExpression {
    BoundExpression(.call(.addDays, [date, days.casting(to: .long)], mode), .date)
  }

  /// Arguments brought to one type and compared.
  func comparison(_ function: ScalarFunction) throws(ExpressionError) -> BoundExpression {
    let operands = try unified()
    if let first = operands.first, !first.type.isOrderable {
      throw error(
        .argumentType(
          function: name, argument: 1, expected: "a value that can be compared",
          found: first.type))
    }
    return BoundExpression(.call(function, operands, .ansi), .boolean)
  }
}
