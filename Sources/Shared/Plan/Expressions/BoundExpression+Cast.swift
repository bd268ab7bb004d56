import Columnar

extension BoundExpression {
  /// The expression as another type; itself when it has that type. Constants are converted here where that
  /// cannot fail, so that `month <= 6` compares a column with a constant of its type. Whether the types
  /// can be cast is for the caller to check.
  package func casting(to target: DataType, _ mode: EvaluationMode = .ansi) -> BoundExpression {
    if type == target { return self }
    if case .literal(let value) = kind, let converted = value.converted(from: type, to: target) {
      return .literal(converted, target)
    }
    return BoundExpression(.cast(self, mode), target)
  }

  /// The number of nodes of the tree.
  var nodeCount: Int { operands.reduce(1) { $0 + $1.nodeCount } }

  /// The value when the expression is a constant.
  package var literalValue: Scalar? {
    if case .literal(let value) = kind { value } else { nil }
  }
}

extension Scalar {
  /// The constant in another type when it is exact or rounds as a cast does; nil leaves it to evaluation.
  fileprivate func converted(from type: DataType, to target: DataType) -> Scalar? {
    switch (self, target) {
    case (.null, _): return .null
    case (.integer(let value), .byte): return Int8(exactly: value).map { .integer(Int64($0)) }
    case (.integer(let value), .short): return Int16(exactly: value).map { .integer(Int64($0)) }
    case (.integer(let value), .integer): return Int32(exactly: value).map { .integer(Int64($0)) }
    case (.integer, .long): return self
    case (.integer(let value), .float): return .float(Float(value))
    case (.integer(let value), .double): return .double(Double(value))
    case (.float(let value), .double): return .double(Double(value))
    case (.integer(let value), .decimal(let precision, let scale)):
      return Self.decimal(Int128(value), from: 0, precision, scale)
    case (.decimal(let unscaled, let from), .decimal(let precision, let scale)):
      return Self.decimal(unscaled, from: from, precision, scale)
    case (.decimal(let unscaled, let scale), .double):
      return .double(DecimalValue.double(unscaled, scale: scale))
    case (.string(let text), .date): return parseDate(text).map { .date($0) }
    case (.string(let text), .timestamp): return parseTimestamp(text).map { .timestamp($0) }
    case (.date(let days), .timestamp):
      let (time, overflow) = Int64(days).multipliedReportingOverflow(by: microsecondsPerDay)
      return overflow ? nil : .timestamp(time)
    default: return nil
    }
  }

  private static func decimal(
    _ unscaled: Int128, from: Int, _ precision: Int, _ scale: Int
  ) -> Scalar? {
    guard let value = DecimalValue.rescale(unscaled, from: from, to: scale),
      DecimalValue.fits(value, precision: precision)
    else { return nil }
    return .decimal(unscaled: value, scale: scale)
  }
}
