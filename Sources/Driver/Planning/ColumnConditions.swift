import Columnar
import Plan

extension BoundExpression {
  /// The conditions of the form `column <op> literal` that hold wherever this filter is true, over the
  /// filter's columns. Conditions of other forms are left to the filter.
  var columnPredicates: [ColumnPredicate] {
    conjuncts.flatMap { conjunct -> [ColumnPredicate] in
      guard case .call(let function, let arguments, _) = conjunct.kind else { return [] }
      switch function {
      case .isNotNull:
        guard case .column(let column) = arguments[0].kind else { return [] }
        return [ColumnPredicate(column: column, comparison: .isNotNull, value: .null)]
      case .between:
        return [
          predicate(arguments[0], .greaterOrEqual, arguments[1]),
          predicate(arguments[0], .lessOrEqual, arguments[2]),
        ].compactMap(\.self)
      default:
        guard let comparison = ColumnPredicate.Comparison(function) else { return [] }
        let found =
          predicate(arguments[0], comparison, arguments[1])
          ?? predicate(arguments[1], comparison.flipped, arguments[0])
        return found.map { [$0] } ?? []
      }
    }
  }
}

extension ColumnPredicate.Comparison {
  fileprivate init?(_ function: ScalarFunction) {
    switch function {
    case .equal: self = .equal
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    default: return nil
    }
  }

  /// What holds of the right side when this holds of the left one.
  fileprivate var flipped: Self {
    switch self {
    case .equal, .isNotNull: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}

private func predicate(
  _ side: BoundExpression, _ comparison: ColumnPredicate.Comparison, _ other: BoundExpression
) -> ColumnPredicate? {
  guard let (column, type) = side.columnBehindWidening, let (value, valueType) = other.constant
  else { return nil }
  // NaN is larger than all numbers, but the statistics of files leave it out.
  let isLowerBound = comparison == .greater || comparison == .greaterOrEqual
  if type.isFloatingPoint, isLowerBound { return nil }
  let isExact = valueType == type
  guard let converted = isExact ? value : value.bound(for: comparison, as: type),
    converted != .null, !converted.isNaN
  else { return nil }
  return ColumnPredicate(column: column, comparison: comparison, value: converted)
}

extension BoundExpression {
  /// The column, when this is one or one cast to a type that holds all of its values and keeps their order.
  fileprivate var columnBehindWidening: (column: Int, type: DataType)? {
    switch kind {
    case .column(let column): return (column, type)
    case .cast(let operand, _):
      guard case .column(let column) = operand.kind else { return nil }
      let widens =
        operand.type == .float && type == .double
        || operand.type.isInteger && type.isInteger
          && operand.type.byteWidth ?? 0 <= type.byteWidth ?? 0
      return widens ? (column, operand.type) : nil
    default: return nil
    }
  }

  /// The literal, as it stood before it was cast to the type of the comparison.
  fileprivate var constant: (value: Scalar, type: DataType)? {
    switch kind {
    case .literal(let value): (value, type)
    case .cast(let operand, _):
      if case .literal(let value) = operand.kind, operand.type.isNumeric, type.isNumeric {
        (value, operand.type)
      } else {
        nil
      }
    default: nil
    }
  }
}

extension Scalar {
  fileprivate var isNaN: Bool {
    switch self {
    case .float(let value): value.isNaN
    case .double(let value): value.isNaN
    default: false
    }
  }

  /// A number of the column's type such that a column compared with it holds wherever it holds compared with
  /// this number; nil where there is none at hand.
  fileprivate func bound(
    for comparison: ColumnPredicate.Comparison, as type: DataType
  ) -> Scalar? {
    switch (self, type) {
    case (.integer(let value), .byte): Int8(exactly: value).map { _ in self }
    case (.integer(let value), .short): Int16(exactly: value).map { _ in self }
    case (.integer(let value), .integer): Int32(exactly: value).map { _ in self }
    case (.integer, .long): self
    case (.integer(let value), .double): Double(exactly: value).map { .double($0) }
    case (.integer(let value), .float): Float(exactly: value).map { .float($0) }
    case (.float(let value), .double): .double(Double(value))
    case (.double(let value), .float): Float(exactly: value).map { .float($0) }
    case (.decimal(let unscaled, let scale), .double):
      // The cast may round otherwise than this division: an upper bound a little higher is still right.
      comparison == .equal ? nil : .double((Double(unscaled) / tenToThe(scale)).nextUp.nextUp)
    case (.integer(let value), .decimal(_, let scale)):
      rescaled(Int128(value), by: scale).map { .decimal(unscaled: $0, scale: scale) }
    case (.decimal(let unscaled, let from), .decimal(_, let scale)):
      rescaled(unscaled, by: scale - from).map { .decimal(unscaled: $0, scale: scale) }
    default: nil
    }
  }
}

private func tenToThe(_ exponent: Int) -> Double {
  (0..<max(exponent, 0)).reduce(1) { power, _ in power * 10 }
}

/// Times ten to the power of `digits`, when that is a whole number that fits.
private func rescaled(_ unscaled: Int128, by digits: Int) -> Int128? {
  guard digits >= 0 else { return nil }
  var result = unscaled
  for _ in 0..<digits {
    let (product, overflow) = result.multipliedReportingOverflow(by: 10)
    if overflow { return nil }
    result = product
  }
  return result
}
