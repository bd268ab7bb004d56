/// A number as Spark prints it (Java's `Double.toString`): `1.0`, `0.001`, `1.0E7`, `NaN`, `-Infinity`.
///
/// The digits are the fewest that read back as the same number, in decimal notation from 10^-3 up to 10^7.
package func formatFloatingPoint(_ value: Double) -> String {
  // Here Swift prints the same.
  let magnitude = abs(value)
  if magnitude >= 1e-3, magnitude < 1e7 { return value.description }
  return formatFloatingPoint(value.description)
}

package func formatFloatingPoint(_ value: Float) -> String {
  formatFloatingPoint(value.description)
}

/// Lays out anew what Swift prints: the same digits with the point and the exponent elsewhere.
private func formatFloatingPoint(_ description: String) -> String {
  switch description {
  case "nan", "-nan", "snan", "-snan": return "NaN"
  case "inf": return "Infinity"
  case "-inf": return "-Infinity"
  default: break
  }
  let decimal = DecimalDigits(description)
  let sign = decimal.isNegative ? "-" : ""
  let digits = decimal.digits
  if digits.isEmpty { return sign + "0.0" }
  // digits are d.ddd times ten to the power of the exponent.
  let exponent = decimal.exponent
  if exponent < -3 || exponent >= 7 {
    let fraction = digits.count > 1 ? String(digits.dropFirst()) : "0"
    return "\(sign)\(digits.prefix(1)).\(fraction)E\(exponent)"
  }
  if exponent < 0 {
    return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
  }
  let whole = digits.prefix(exponent + 1)
  let fraction = digits.dropFirst(exponent + 1)
  let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
  return sign + whole + zeros + "." + (fraction.isEmpty ? "0" : fraction)
}

/// The shortest decimal that reads back as a finite number.
package struct DecimalDigits {
  package let isNegative: Bool
  /// Without zeros at either end; empty for zero.
  package let digits: String
  /// The power of ten of the first digit.
  package let exponent: Int

  package init(_ value: Double) {
    self.init(value.description)
  }

  /// Reads `[-]digits[.digits][e[+-]digits]`, as Swift prints finite numbers.
  fileprivate init(_ description: String) {
    isNegative = description.hasPrefix("-")
    var all: [UInt8] = []
    var pointPlace: Int?
    var exponentText = ""
    var isInExponent = false
    for byte in description.utf8 {
      if isInExponent {
        exponentText.unicodeScalars.append(Unicode.Scalar(byte))
      } else if byte == .point {
        pointPlace = all.count
      } else if byte == UInt8(ascii: "e") {
        isInExponent = true
      } else if byte.digit != nil {
        all.append(byte)
      }
    }
    let zero = UInt8(ascii: "0")
    let leading = all.prefix { $0 == zero }.count
    let trailing = all.reversed().prefix { $0 == zero }.count
    let kept = leading == all.count ? [] : all[leading..<(all.count - trailing)]
    digits = String(decoding: kept, as: UTF8.self)
    exponent = (pointPlace ?? all.count) - 1 - leading + (Int(exponentText) ?? 0)
  }
}
