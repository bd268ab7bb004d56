import Columnar
import Plan

/// An expression with what its evaluation asks again and again worked out once.
struct CompiledExpression: Sendable {
  let expression: BoundExpression
  let operands: [CompiledExpression]
  /// Whether some value of an operand can make it fail: then it is evaluated only on the rows that need it.
  let canFail: Bool
  /// The value of a literal.
  let constant: Column?

  init(_ expression: BoundExpression) {
    self.expression = expression
    operands = expression.operands.map { CompiledExpression($0) }
    canFail = operands.contains { $0.canFail } || expression.canFailItself
    if case .literal(let value) = expression.kind {
      constant = try? Column(expression.type, [value])
    } else {
      constant = nil
    }
  }

  var type: DataType { expression.type }
}

extension BoundExpression {
  /// Whether it can fail on values that its operands gave.
  fileprivate var canFailItself: Bool {
    switch kind {
    case .column, .literal, .and, .or, .caseWhen, .coalesce: false
    case .python: true
    case .cast(_, .try), .call(_, _, .try): false
    case .cast(let operand, .ansi): !Self.isTotalCast(from: operand.type, to: type)
    case .call(let function, let arguments, .ansi):
      function.canFail(on: arguments[0].type)
    }
  }

  /// Whether every value has a counterpart.
  private static func isTotalCast(from type: DataType, to target: DataType) -> Bool {
    if type == .void || target == .string || target == .binary { return true }
    switch target {
    case .double, .float: return type.isNumeric || type == .boolean || type == .timestamp
    case .boolean: return type.isNumeric
    case .date: return type == .timestamp
    case .short, .integer, .long:
      return type == .boolean
        || type.isInteger && (type.byteWidth ?? 8) <= (target.byteWidth ?? 0)
    default: return false
    }
  }
}

extension ScalarFunction {
  /// Whether a call on arguments of a type can fail. Unlisted functions never do.
  fileprivate func canFail(on type: DataType) -> Bool {
    switch self {
    case .add, .subtract, .multiply, .negate, .absolute, .round, .bround:
      !type.isFloatingPoint
    case .divide, .integralDivide, .remainder, .positiveModulo, .ceil, .floor: true
    case .addDays, .addMonths, .makeDate, .parseTimestamp, .timestampFromSeconds,
      .timestampFromMilliseconds, .truncateTimestamp, .elementAt, .repeat, .padLeft, .padRight:
      true
    case .regexpLike, .regexpReplace, .regexpExtract, .split: true
    default: false
    }
  }
}
