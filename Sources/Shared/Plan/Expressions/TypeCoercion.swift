import Columnar

// Spark's rules in ANSI mode (`AnsiTypeCoercion`, `DecimalPrecision` and `Cast.canAnsiCast`).

/// The type that two operands are brought to before they are compared or chosen between; nil when there is
/// none. Strings become the other type; an integer and a float become double; a date becomes a timestamp.
func commonType(_ one: DataType, _ other: DataType) -> DataType? {
  if one == other { return one }
  switch (one, other) {
  case (.void, let type), (let type, .void): return type
  case (.string, let type), (let type, .string):
    if type.isInteger { return .long }
    if type.isNumeric { return .double }
    return type == .boolean || type == .date || type == .timestamp || type == .binary ? type : nil
  case (.date, .timestamp), (.timestamp, .date): return .timestamp
  case (.list(let element), .list(let otherElement)):
    return commonType(element, otherElement).map { .list($0) }
  default: break
  }
  guard one.isNumeric, other.isNumeric else { return nil }
  if let decimal = one.asDecimal, let otherDecimal = other.asDecimal,
    one.isDecimal || other.isDecimal
  {
    return widerDecimal(decimal, otherDecimal)
  }
  if one.isDecimal || other.isDecimal { return .double }
  if one == .double || other == .double { return .double }
  // A float cannot hold every integer: Spark widens both.
  if one == .float || other == .float { return .double }
  return integerWidth(one) >= integerWidth(other) ? one : other
}

private func integerWidth(_ type: DataType) -> Int { type.byteWidth ?? 0 }

/// A decimal that holds all digits of both, as far as 38 digits allow.
private func widerDecimal(
  _ one: (precision: Int, scale: Int), _ other: (precision: Int, scale: Int)
) -> DataType {
  let scale = max(one.scale, other.scale)
  let whole = max(one.precision - one.scale, other.precision - other.scale)
  return .boundedDecimal(precision: whole + scale, scale: scale)
}

extension DataType {
  /// Precision and scale of a decimal, or those that hold every value of an integer type.
  var asDecimal: (precision: Int, scale: Int)? {
    switch self {
    case .decimal(let precision, let scale): (precision, scale)
    case .byte: (3, 0)
    case .short: (5, 0)
    case .integer: (10, 0)
    case .long: (20, 0)
    default: nil
    }
  }

  static func boundedDecimal(precision: Int, scale: Int) -> DataType {
    .decimal(
      precision: min(precision, DecimalValue.maximumPrecision),
      scale: min(scale, DecimalValue.maximumPrecision))
  }

  /// A result that may need more than 38 digits: digits behind the point give way, but not below six.
  static func adjustedDecimal(precision: Int, scale: Int) -> DataType {
    if precision <= DecimalValue.maximumPrecision {
      return .decimal(precision: precision, scale: scale)
    }
    let whole = precision - scale
    let adjusted = max(DecimalValue.maximumPrecision - whole, min(scale, 6))
    return .decimal(precision: DecimalValue.maximumPrecision, scale: adjusted)
  }

  /// Whether values can be compared and ordered.
  var isOrderable: Bool {
    switch self {
    case .list, .fixedSizeList: false
    default: true
    }
  }

  /// Whether `CAST` is allowed at all; single values may still fail.
  func canBeCast(to target: DataType) -> Bool {
    if self == target || self == .void { return true }
    switch (self, target) {
    case (.list(let element), .list(let targetElement)): return element.canBeCast(to: targetElement)
    case (.string, .boolean), (.string, .date), (.string, .timestamp), (.string, .binary),
      (.binary, .string), (.date, .timestamp), (.timestamp, .date), (.boolean, .string),
      (.date, .string), (.timestamp, .string):
      return true
    case (.string, _), (.boolean, _), (.timestamp, _): return target.isNumeric
    case _ where isNumeric:
      return target.isNumeric || target == .string || target == .boolean || target == .timestamp
    default: return false
    }
  }
}

/// The type of an arithmetic result of decimals.
func decimalResult(
  _ operation: ScalarFunction, _ left: (precision: Int, scale: Int),
  _ right: (precision: Int, scale: Int)
) -> DataType {
  let (p1, s1) = left
  let (p2, s2) = right
  switch operation {
  case .multiply: return .adjustedDecimal(precision: p1 + p2 + 1, scale: s1 + s2)
  case .divide:
    let scale = max(6, s1 + p2 + 1)
    return .adjustedDecimal(precision: p1 - s1 + s2 + scale, scale: scale)
  case .remainder, .positiveModulo:
    let scale = max(s1, s2)
    return .adjustedDecimal(precision: min(p1 - s1, p2 - s2) + scale, scale: scale)
  default:
    let scale = max(s1, s2)
    return .adjustedDecimal(precision: max(p1 - s1, p2 - s2) + scale + 1, scale: scale)
  }
}
