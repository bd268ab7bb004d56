// Results of decimal operations, rounded half away from zero to the result's scale. Nil when they do not fit
// 38 digits; whether they fit the result's precision is for the caller to check. Divisors are not 0.

extension DecimalValue {
  /// One value with the scale that it has.
  package struct Scaled {
    package var unscaled: Int128
    package var scale: Int

    package init(_ unscaled: Int128, scale: Int) {
      self.unscaled = unscaled
      self.scale = scale
    }
  }

  package static func add(_ one: Scaled, _ other: Scaled, scale: Int) -> Int128? {
    if let (left, right, common) = aligned(one, other) {
      let (sum, overflow) = left.addingReportingOverflow(right)
      if !overflow { return rescale(sum, from: common, to: scale) }
    }
    // Too wide to align exactly: each is rounded to the scale of the result.
    guard let left = rescale(one.unscaled, from: one.scale, to: scale),
      let right = rescale(other.unscaled, from: other.scale, to: scale)
    else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : sum
  }

  package static func multiply(_ one: Scaled, _ other: Scaled, scale: Int) -> Int128? {
    let cut = one.scale + other.scale - scale
    let (product, overflow) = one.unscaled.multipliedReportingOverflow(by: other.unscaled)
    if !overflow { return rescale(product, from: cut, to: 0) }
    let isNegative = (one.unscaled < 0) != (other.unscaled < 0)
    if 0...maximumPrecision ~= cut {
      return multiplyDivide(
        one.unscaled.magnitude, other.unscaled.magnitude, powersOfTen[cut].magnitude,
        isNegative: isNegative)
    }
    // Cut in two steps. What the first one drops is less than one unit of it, so it decides no rounding.
    let rest = cut - maximumPrecision
    guard 1...maximumPrecision ~= rest,
      let (upper, _) = quotient(
        one.unscaled.magnitude, other.unscaled.magnitude, powersOfTen[maximumPrecision].magnitude),
      let value = signed(upper, isNegative)
    else { return nil }
    return divideRounding(value, powersOfTen[rest])
  }

  package static func divide(_ one: Scaled, by other: Scaled, scale: Int) -> Int128? {
    let isNegative = (one.unscaled < 0) != (other.unscaled < 0)
    let exponent = scale + other.scale - one.scale
    let divisor = other.unscaled.magnitude
    if exponent < 0 {
      guard -exponent <= maximumPrecision else { return 0 }
      let (wide, overflow) = divisor.multipliedReportingOverflow(
        by: powersOfTen[-exponent].magnitude)
      return overflow
        ? 0 : multiplyDivide(one.unscaled.magnitude, 1, wide, isNegative: isNegative)
    }
    if exponent <= maximumPrecision {
      return multiplyDivide(
        one.unscaled.magnitude, powersOfTen[exponent].magnitude, divisor, isNegative: isNegative)
    }
    // In two steps of long division, since the power itself would not fit.
    let rest = exponent - maximumPrecision
    guard rest <= maximumPrecision else { return one.unscaled == 0 ? 0 : nil }
    guard
      let first = quotient(
        one.unscaled.magnitude, powersOfTen[maximumPrecision].magnitude, divisor)
    else { return nil }
    let (upper, overflow) = first.quotient.multipliedReportingOverflow(
      by: powersOfTen[rest].magnitude)
    guard !overflow,
      let lower = multiplyDivide(
        first.remainder, powersOfTen[rest].magnitude, divisor, isNegative: false)
    else { return nil }
    let (total, totalOverflow) = upper.addingReportingOverflow(lower.magnitude)
    return totalOverflow ? nil : signed(total, isNegative)
  }

  /// With the sign of the dividend.
  package static func remainder(_ one: Scaled, by other: Scaled, scale: Int) -> Int128? {
    guard let (left, right, common) = aligned(one, other) else { return nil }
    // A file may hold what its precision rules out: even the smallest number by -1 must not trap.
    let remainder = left.remainderReportingOverflow(dividingBy: right).partialValue
    return rescale(remainder, from: common, to: scale)
  }

  /// The whole part of a quotient.
  package static func integralQuotient(_ one: Scaled, by other: Scaled) -> Int128? {
    guard let (left, right, _) = aligned(one, other) else { return nil }
    let (quotient, overflow) = left.dividedReportingOverflow(by: right)
    return overflow ? nil : quotient
  }

  /// Both values in the larger of their scales.
  private static func aligned(
    _ one: Scaled, _ other: Scaled
  ) -> (Int128, Int128, scale: Int)? {
    let scale = max(one.scale, other.scale)
    guard let left = rescale(one.unscaled, from: one.scale, to: scale),
      let right = rescale(other.unscaled, from: other.scale, to: scale)
    else { return nil }
    return (left, right, scale)
  }

  /// `value * factor / divisor` through 256 bits, rounded half away from zero.
  private static func multiplyDivide(
    _ value: UInt128, _ factor: UInt128, _ divisor: UInt128, isNegative: Bool
  ) -> Int128? {
    guard let (quotient, remainder) = quotient(value, factor, divisor) else { return nil }
    let isUp = remainder >= divisor - remainder
    let (rounded, overflow) = quotient.addingReportingOverflow(isUp ? 1 : 0)
    return overflow ? nil : signed(rounded, isNegative)
  }

  private static func quotient(
    _ value: UInt128, _ factor: UInt128, _ divisor: UInt128
  ) -> (quotient: UInt128, remainder: UInt128)? {
    let product = value.multipliedFullWidth(by: factor)
    // A larger upper half would make a quotient of more than 128 bits, which traps.
    guard product.high < divisor else { return nil }
    return divisor.dividingFullWidth((product.high, product.low))
  }

  private static func signed(_ magnitude: UInt128, _ isNegative: Bool) -> Int128? {
    guard let value = Int128(exactly: magnitude), fits(value, precision: maximumPrecision) else {
      return nil
    }
    return isNegative ? -value : value
  }
}
