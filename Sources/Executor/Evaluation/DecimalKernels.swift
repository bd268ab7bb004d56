import Columnar
import Plan

// Decimals: exact in 38 digits, of the precision and scale that the binder worked out.

extension KernelCall {
  func decimals(_ function: ScalarFunction, _ left: Datum, _ right: Datum) throws -> Column {
    guard case .decimal(_, let leftScale) = left.type,
      case .decimal(_, let rightScale) = right.type
    else { throw unsupported(right.type) }
    func scaled(_ a: Int128, _ b: Int128) -> (DecimalValue.Scaled, DecimalValue.Scaled) {
      (.init(a, scale: leftScale), .init(b, scale: rightScale))
    }
    if function == .integralDivide {
      return try map(left, Int128.self, right, Int128.self, to: Int64.self) { a, b in
        if b == 0 { return nil }
        let (one, other) = scaled(a, b)
        return DecimalValue.integralQuotient(one, by: other).flatMap { Int64(exactly: $0) }
      } orThrow: { _, b in
        b == 0 ? .divisionByZero(expression: text) : overflow
      }
    }
    guard case .decimal(let precision, let scale) = type else { throw unsupported(type) }
    return try map(left, Int128.self, right, Int128.self, to: Int128.self) { a, b in
      if isDivision, b == 0 { return nil }
      let (one, other) = scaled(a, b)
      let result: Int128? =
        switch function {
        case .add: DecimalValue.add(one, other, scale: scale)
        case .subtract: DecimalValue.add(one, .init(0 &- b, scale: rightScale), scale: scale)
        case .multiply: DecimalValue.multiply(one, other, scale: scale)
        case .divide: DecimalValue.divide(one, by: other, scale: scale)
        case .remainder: DecimalValue.remainder(one, by: other, scale: scale)
        default: positiveModulo(one, other, scale: scale)
        }
      return result.flatMap { DecimalValue.fits($0, precision: precision) ? $0 : nil }
    } orThrow: { _, b in
      isDivision && b == 0 ? .divisionByZero(expression: text) : overflow
    }
  }

  private func positiveModulo(
    _ one: DecimalValue.Scaled, _ other: DecimalValue.Scaled, scale: Int
  ) -> Int128? {
    let common = max(one.scale, other.scale)
    guard let remainder = DecimalValue.remainder(one, by: other, scale: common) else { return nil }
    guard remainder < 0, other.unscaled > 0 else {
      return DecimalValue.rescale(remainder, from: common, to: scale)
    }
    return DecimalValue.add(.init(remainder, scale: common), other, scale: scale)
  }
}
