/// Arithmetic on the unscaled values of decimals, with Spark's rounding (half away from zero).
///
/// Functions give nil where a value does not fit 38 digits.
package enum DecimalValue {
  package static let maximumPrecision = 38

  /// 10 to the power of 0...38.
  package static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<maximumPrecision { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// Decimal digits of a value; 0 has none.
  package static func digitCount(_ value: Int128) -> Int {
    let magnitude = value.magnitude
    // Powers grow: the first one above the magnitude tells its digits.
    return powersOfTen.firstIndex { UInt128($0) > magnitude } ?? maximumPrecision + 1
  }

  /// Whether a value has at most `precision` digits.
  package static func fits(_ value: Int128, precision: Int) -> Bool {
    value.magnitude < powersOfTen[precision].magnitude
  }

  /// A value of one scale as one of another scale, rounded where digits are cut.
  package static func rescale(_ value: Int128, from scale: Int, to newScale: Int) -> Int128? {
    if newScale == scale { return value }
    if newScale > scale {
      guard newScale - scale <= maximumPrecision else { return value == 0 ? 0 : nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: powersOfTen[newScale - scale])
      return overflow || !fits(product, precision: maximumPrecision) ? nil : product
    }
    guard scale - newScale <= maximumPrecision else { return 0 }
    return divideRounding(value, powersOfTen[scale - newScale])
  }

  /// A quotient rounded half away from zero. The divisor is positive.
  package static func divideRounding(_ value: Int128, _ divisor: Int128) -> Int128 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    // Compared by halves, since twice a remainder may not fit.
    let isUp = remainder.magnitude >= divisor.magnitude - remainder.magnitude
    return isUp ? quotient + (value < 0 ? -1 : 1) : quotient
  }

  /// The nearest double.
  package static func double(_ value: Int128, scale: Int) -> Double {
    // Exact when both are exact doubles; else through the decimal text, which rounds once.
    if value.magnitude < 1 << 53, scale <= 22 {
      return Double(Int64(value)) / exactPowersOfTen[scale]
    }
    return Double("\(value)e-\(scale)") ?? .nan
  }

  private static let exactPowersOfTen: [Double] = (0...22).map { Double("1e\($0)") ?? .nan }

  /// The text that Spark prints: all digits of the scale, without an exponent.
  package static func format(_ value: Int128, scale: Int) -> String {
    if scale == 0 { return String(value) }
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count))
    let all = zeros + digits
    return (value < 0 ? "-" : "") + all.dropLast(scale) + "." + all.suffix(scale)
  }
}

/// Reads `[+-]digits[.digits][e[+-]digits]`; nil for any other text and for more than 38 digits before the
/// point. Digits behind it are dropped past the 38th.
/// The scale is the number of digits behind the point, never negative.
package func parseDecimal(
  _ bytes: UnsafeBufferPointer<UInt8>
) -> (unscaled: Int128, scale: Int)? {
  let range = trimmedRange(of: bytes)
  var index = range.lowerBound
  let end = range.upperBound
  var isNegative = false
  if index < end, bytes[index] == .minus || bytes[index] == .plus {
    isNegative = bytes[index] == .minus
    index += 1
  }
  var value: Int128 = 0
  var scale = 0
  var hasDigits = false
  var isPastPoint = false
  while index < end {
    if bytes[index] == .point, !isPastPoint {
      isPastPoint = true
    } else if let digit = bytes[index].digit {
      hasDigits = true
      if DecimalValue.fits(value, precision: DecimalValue.maximumPrecision - 1) {
        value = value * 10 + Int128(digit)
        if isPastPoint { scale += 1 }
      } else if !isPastPoint {
        return nil
      }
    } else {
      break
    }
    index += 1
  }
  guard hasDigits else { return nil }
  if index < end {
    guard bytes[index] | 0x20 == UInt8(ascii: "e"),
      let exponent = Int(
        String(decoding: bytes[(index + 1)..<end], as: UTF8.self)), abs(exponent) <= 1000
    else { return nil }
    scale -= exponent
  }
  if isNegative { value = -value }
  if scale < 0 {
    guard let shifted = DecimalValue.rescale(value, from: 0, to: -scale) else { return nil }
    return (shifted, 0)
  }
  return (value, scale)
}

package func parseDecimal(_ text: String) -> (unscaled: Int128, scale: Int)? {
  var text = text
  return text.withUTF8 { parseDecimal($0) }
}
