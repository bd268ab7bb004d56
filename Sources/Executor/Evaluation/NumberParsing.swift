import Columnar

// Numbers from text, as Spark's casts read them.

/// `[+-]digits` with space around it; nil for any other text and for what does not fit.
@inline(__always)
func parseInteger<T: FixedWidthInteger>(_ bytes: UnsafeBufferPointer<UInt8>) -> T? {
  let range = trimmedRange(of: bytes)
  var index = range.lowerBound
  guard index < range.upperBound else { return nil }
  let isNegative = bytes[index] == .minus
  if isNegative || bytes[index] == .plus { index += 1 }
  guard index < range.upperBound else { return nil }
  // Downwards, since the smallest number has no positive counterpart.
  var value: T = 0
  while index < range.upperBound {
    guard let digit = bytes[index].digit else { return nil }
    let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
    let (next, nextOverflow) = shifted.subtractingReportingOverflow(T(digit))
    if overflow || nextOverflow { return nil }
    value = next
    index += 1
  }
  if isNegative { return value }
  let (positive, overflow) = (0 as T).subtractingReportingOverflow(value)
  return overflow ? nil : positive
}

/// Decimal and scientific notation, maybe with Java's suffix `d` or `f`; `NaN`, `inf` and `infinity` in any
/// case. What is too large is infinite.
func parseDouble(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  guard let number = FloatingPointText(bytes) else { return specialValue(bytes) }
  // Both numbers and so the quotient or product are correctly rounded (Clinger 1990, the fast path).
  if number.isExact, number.mantissa < 1 << 53, -22...22 ~= number.exponent {
    let mantissa = Double(number.mantissa)
    let magnitude =
      number.exponent < 0
      ? mantissa / exactPowersOfTen[-number.exponent] : mantissa * exactPowersOfTen[number.exponent]
    return number.isNegative ? -magnitude : magnitude
  }
  return Double(String(decoding: bytes[number.range], as: UTF8.self))
}

/// Like `parseDouble`, rounded once to a float.
func parseFloat(_ bytes: UnsafeBufferPointer<UInt8>) -> Float? {
  guard let number = FloatingPointText(bytes) else { return specialValue(bytes).map { Float($0) } }
  return Float(String(decoding: bytes[number.range], as: UTF8.self))
}

private let exactPowersOfTen: [Double] = (0...22).map { Double("1e\($0)") ?? .nan }

private func specialValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  let range = trimmedRange(of: bytes)
  // "+infinity" is the longest.
  guard range.count <= 9 else { return nil }
  switch String(decoding: bytes[range], as: UTF8.self).lowercased() {
  case "nan": return .nan
  case "inf", "+inf", "infinity", "+infinity": return .infinity
  case "-inf", "-infinity": return -.infinity
  default: return nil
  }
}

/// A text that is a decimal number, taken apart.
private struct FloatingPointText {
  var isNegative = false
  var mantissa: UInt64 = 0
  /// The number is the mantissa times ten to this power.
  var exponent = 0
  /// Whether the mantissa holds all digits.
  var isExact = true
  /// The number without space and suffix, as Swift reads it.
  var range: Range<Int>

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    range = trimmedRange(of: bytes)
    if let last = bytes[range].last,
      last | 0x20 == UInt8(ascii: "d") || last | 0x20 == UInt8(ascii: "f")
    {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    var index = range.lowerBound
    let end = range.upperBound
    if index < end, bytes[index] == .minus || bytes[index] == .plus {
      isNegative = bytes[index] == .minus
      index += 1
    }
    var hasDigits = false
    var isPastPoint = false
    while index < end {
      if let digit = bytes[index].digit {
        hasDigits = true
        if mantissa < 1 << 58 {
          mantissa = mantissa * 10 + UInt64(digit)
          if isPastPoint { exponent -= 1 }
        } else {
          isExact = false
        }
      } else if bytes[index] == .point, !isPastPoint {
        isPastPoint = true
      } else {
        break
      }
      index += 1
    }
    guard hasDigits else { return nil }
    if index == end { return }
    guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    let isBelow = index < end && bytes[index] == .minus
    if index < end, bytes[index] == .minus || bytes[index] == .plus { index += 1 }
    guard index < end else { return nil }
    var power = 0
    while index < end {
      guard let digit = bytes[index].digit else { return nil }
      // Past this the number is zero or infinite whatever follows.
      if power < 100_000 { power = power * 10 + digit }
      index += 1
    }
    exponent += isBelow ? -power : power
  }
}
