import Columnar
import Plan

// round (half away from zero) and bround (half to even) to a number of digits.

extension KernelCall {
  func round(_ function: ScalarFunction, _ argument: Datum, digits: Datum) throws -> Column {
    // More digits than a double's range or a decimal's precision change nothing.
    let digits = min(max(try constantInteger(digits), -400), 400)
    let rule: FloatingPointRoundingRule =
      function == .round ? .toNearestOrAwayFromZero : .toNearestOrEven
    switch argument.type {
    case .byte: return try roundIntegers(argument, digits, rule, Int8.self)
    case .short: return try roundIntegers(argument, digits, rule, Int16.self)
    case .integer: return try roundIntegers(argument, digits, rule, Int32.self)
    case .long: return try roundIntegers(argument, digits, rule, Int64.self)
    case .float:
      return try map(argument, Float.self, to: Float.self) {
        Float(roundedDouble(Double($0.description) ?? .nan, digits, rule))
      } orThrow: { _ in
        overflow
      }
    case .double:
      return try map(argument, Double.self, to: Double.self) {
        roundedDouble($0, digits, rule)
      } orThrow: { _ in
        overflow
      }
    case .decimal(_, let scale):
      guard case .decimal(let precision, let newScale) = type else { throw unsupported(type) }
      let digits = min(digits, scale)
      return try map(argument, Int128.self, to: Int128.self) { value in
        roundedDecimal(value, scale: scale, digits, rule)
          .flatMap { DecimalValue.rescale($0, from: max(digits, 0), to: newScale) }
          .flatMap { DecimalValue.fits($0, precision: precision) ? $0 : nil }
      } orThrow: { _ in
        overflow
      }
    default: throw unsupported(argument.type)
    }
  }

  private func roundIntegers<T: FixedWidthInteger & BitwiseCopyable>(
    _ argument: Datum, _ digits: Int, _ rule: FloatingPointRoundingRule, _: T.Type
  ) throws -> Column {
    if digits >= 0 { return argument.column }
    return try map(argument, T.self, to: T.self) { value in
      roundedDecimal(Int128(value), scale: 0, digits, rule).flatMap { T(exactly: $0) }
    } orThrow: { _ in
      overflow
    }
  }
}

/// A value rounded to `digits` behind the point, as an unscaled value of that scale (of scale 0 when `digits`
/// is negative: the digits before the point are then zeros).
private func roundedDecimal(
  _ value: Int128, scale: Int, _ digits: Int, _ rule: FloatingPointRoundingRule
) -> Int128? {
  let cut = scale - digits
  if cut <= 0 { return DecimalValue.rescale(value, from: scale, to: digits) }
  guard cut <= DecimalValue.maximumPrecision else { return 0 }
  let unit = DecimalValue.powersOfTen[cut]
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
  let below = remainder.magnitude
  let above = unit.magnitude - below
  let isUp =
    below > above
    || below == above && (rule == .toNearestOrAwayFromZero || !quotient.isMultiple(of: 2))
  let rounded = isUp ? quotient + (value < 0 ? -1 : 1) : quotient
  if digits >= 0 { return rounded }
  guard -digits <= DecimalValue.maximumPrecision else { return 0 }
  let (whole, overflow) = rounded.multipliedReportingOverflow(
    by: DecimalValue.powersOfTen[-digits])
  return overflow ? nil : whole
}

/// Spark rounds the decimal that a double prints as: `round(2.675, 2)` is 2.68 though the nearest double lies
/// below the tie.
private func roundedDouble(
  _ value: Double, _ digits: Int, _ rule: FloatingPointRoundingRule
) -> Double {
  guard value.isFinite, value != 0 else { return value }
  // Away from a tie the digits cannot change the decision, and both numbers of the quotient are exact.
  if 0...22 ~= digits {
    let unit = exactPowersOfTen[digits]
    let shifted = abs(value) * unit
    let fraction = shifted - shifted.rounded(.down)
    if shifted < 0x1p52, abs(fraction - 0.5) > shifted * 0x1p-48 + 0x1p-60 {
      let whole = shifted.rounded()
      return whole == 0 ? 0 : (value < 0 ? -whole : whole) / unit
    }
  }
  return roundedDigits(value, digits, rule)
}

private let exactPowersOfTen: [Double] = (0...22).map { Double("1e\($0)") ?? .nan }

/// The same by the digits of the shortest decimal that reads back as the value.
private func roundedDigits(
  _ value: Double, _ digits: Int, _ rule: FloatingPointRoundingRule
) -> Double {
  let decimal = DecimalDigits(value)
  // The place behind the last digit that stays, counted in digits from the first one.
  let kept = decimal.exponent + digits + 1
  if kept >= decimal.digits.utf8.count { return value }
  if kept < 0 { return 0 }
  let all = Array(decimal.digits.utf8)
  let next = all[kept]
  let isTie = next == UInt8(ascii: "5") && kept + 1 == all.count
  let isLastOdd = kept > 0 && !all[kept - 1].isMultiple(of: 2)
  let isUp =
    isTie && rule == .toNearestOrEven ? isLastOdd : next >= UInt8(ascii: "5")
  // At most 17 digits: they and their successor fit.
  var whole = Int64(String(decoding: all.prefix(kept), as: UTF8.self)) ?? 0
  if isUp { whole += 1 }
  if whole == 0 { return 0 }
  let sign = decimal.isNegative ? "-" : ""
  return Double("\(sign)\(whole)e\(-digits)") ?? value
}
