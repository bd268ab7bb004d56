import Columnar
import Glibc
import Plan

// Checked arithmetic, as in Spark's ANSI mode: integers do not wrap, and nothing is divided by zero, not even
// a double.

extension KernelCall {
  func arithmetic(
    _ function: ScalarFunction, _ left: Datum, _ right: Datum
  ) throws -> Column {
    switch left.type {
    case .byte: return try integers(function, left, right, Int8.self)
    case .short: return try integers(function, left, right, Int16.self)
    case .integer: return try integers(function, left, right, Int32.self)
    case .long: return try integers(function, left, right, Int64.self)
    case .float: return try floats(function, left, right)
    case .double: return try doubles(function, left, right)
    case .decimal: return try decimals(function, left, right)
    default: throw unsupported(left.type)
    }
  }

  func unsupported(_ type: DataType) -> EvaluationError {
    .kernel(message: "no kernel for \(type)", expression: text)
  }

  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _ function: ScalarFunction, _ left: Datum, _ right: Datum, _: T.Type
  ) throws -> Column {
    switch function {
    case .add:
      return try integers(left, right) { (a: T, b: T) in exact(a.addingReportingOverflow(b)) }
    case .subtract:
      return try integers(left, right) { (a: T, b: T) in exact(a.subtractingReportingOverflow(b)) }
    case .multiply:
      return try integers(left, right) { (a: T, b: T) in exact(a.multipliedReportingOverflow(by: b))
      }
    case .integralDivide:
      return try integers(left, right) { (a: T, b: T) in exact(a.dividedReportingOverflow(by: b)) }
    case .remainder:
      return try integers(left, right) { (a: T, b: T) in a.remainder(dividing: b) }
    default:
      return try integers(left, right) { (a: T, b: T) in
        a.remainder(dividing: b).map { remainder in
          // (a % b + b) % b, as Spark defines pmod, without its overflow.
          remainder < 0 && b > 0 ? remainder + b : remainder
        }
      }
    }
  }

  @inline(__always)
  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _ left: Datum, _ right: Datum, _ body: (T, T) -> T?
  ) throws -> Column {
    try map(left, T.self, right, T.self, to: T.self, body) { _, divisor in
      isDivision && divisor == 0 ? .divisionByZero(expression: text) : overflow
    }
  }

  /// Whether a zero as the second argument is what fails.
  var isDivision: Bool {
    guard case .call(let function, _, _) = expression.kind else { return false }
    return [.divide, .integralDivide, .remainder, .positiveModulo].contains(function)
  }

  private func doubles(
    _ function: ScalarFunction, _ left: Datum, _ right: Datum
  ) throws -> Column {
    switch function {
    case .add: return try doubles(left, right) { $0 + $1 }
    case .subtract: return try doubles(left, right) { $0 - $1 }
    case .multiply: return try doubles(left, right) { $0 * $1 }
    case .divide: return try doubles(left, right) { $1 == 0 ? nil : $0 / $1 }
    case .remainder: return try doubles(left, right) { $1 == 0 ? nil : fmod($0, $1) }
    default:
      return try doubles(left, right) { a, b in
        if b == 0 { return nil }
        let remainder = fmod(a, b)
        return remainder < 0 ? fmod(remainder + b, b) : remainder
      }
    }
  }

  @inline(__always)
  private func doubles(
    _ left: Datum, _ right: Datum, _ body: (Double, Double) -> Double?
  ) throws -> Column {
    try map(left, Double.self, right, Double.self, to: Double.self, body) { _, _ in
      .divisionByZero(expression: text)
    }
  }

  private func floats(
    _ function: ScalarFunction, _ left: Datum, _ right: Datum
  ) throws -> Column {
    switch function {
    case .add: return try floats(left, right) { $0 + $1 }
    case .subtract: return try floats(left, right) { $0 - $1 }
    case .multiply: return try floats(left, right) { $0 * $1 }
    case .remainder: return try floats(left, right) { $1 == 0 ? nil : fmodf($0, $1) }
    default:
      return try floats(left, right) { a, b in
        if b == 0 { return nil }
        let remainder = fmodf(a, b)
        return remainder < 0 ? fmodf(remainder + b, b) : remainder
      }
    }
  }

  @inline(__always)
  private func floats(
    _ left: Datum, _ right: Datum, _ body: (Float, Float) -> Float?
  ) throws -> Column {
    try map(left, Float.self, right, Float.self, to: Float.self, body) { _, _ in
      .divisionByZero(expression: text)
    }
  }

  /// `-x` and `abs(x)`.
  func signed(_ function: ScalarFunction, _ argument: Datum) throws -> Column {
    switch argument.type {
    case .byte: return try signedIntegers(function, argument, Int8.self)
    case .short: return try signedIntegers(function, argument, Int16.self)
    case .integer: return try signedIntegers(function, argument, Int32.self)
    case .long: return try signedIntegers(function, argument, Int64.self)
    case .decimal:
      return try signedIntegers(function, argument, Int128.self)
    case .float:
      return try map(argument, Float.self, to: Float.self) {
        function == .negate ? -$0 : abs($0)
      } orThrow: { _ in
        overflow
      }
    case .double:
      return try map(argument, Double.self, to: Double.self) {
        function == .negate ? -$0 : abs($0)
      } orThrow: { _ in
        overflow
      }
    default: throw unsupported(argument.type)
    }
  }

  private func signedIntegers<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ function: ScalarFunction, _ argument: Datum, _: T.Type
  ) throws -> Column {
    try map(argument, T.self, to: T.self) { value in
      if function == .absolute, value >= 0 { return value }
      return exact((0 as T).subtractingReportingOverflow(value))
    } orThrow: { _ in
      overflow
    }
  }
}

extension FixedWidthInteger {
  /// The remainder with the sign of the dividend; nil for a divisor of 0. Of the smallest number by -1 it is
  /// 0, though the quotient overflows.
  @inline(__always)
  fileprivate func remainder(dividing divisor: Self) -> Self? {
    if divisor == 0 { return nil }
    return remainderReportingOverflow(dividingBy: divisor).partialValue
  }
}

/// The value when nothing overflowed.
@inline(__always)
private func exact<T>(_ result: (partialValue: T, overflow: Bool)) -> T? {
  result.overflow ? nil : result.partialValue
}
