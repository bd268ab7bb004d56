import Columnar
import Foundation

extension Scalar {
  /// Bytes of a binary value that are shown: a model may have megabytes.
  private static let shownBytes = 12

  /// As a cell of a table.
  var cellText: String {
    switch self {
    case .null: "NULL"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): Self.number(Double(value))
    case .double(let value): Self.number(value)
    case .string(let value): value
    case .binary(let bytes):
      "0x" + bytes.prefix(Self.shownBytes).map { String(format: "%02x", $0) }.joined()
        + (bytes.count > Self.shownBytes ? "… (\(byteText(Int64(bytes.count))))" : "")
    case .date(let days): formatDate(days)
    case .timestamp(let microseconds): formatTimestamp(microseconds)
    case .decimal(let unscaled, let scale): decimalText(unscaled, scale: scale)
    case .list(let values): "[" + values.map(\.cellText).joined(separator: ", ") + "]"
    }
  }

  /// As a number, when it is one.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): Double(value)
    case .double(let value): value
    case .decimal(let unscaled, let scale): Double(unscaled) / pow(10, Double(scale))
    case .boolean(let value): value ? 1 : 0
    case .null, .string, .binary, .date, .timestamp, .list: nil
    }
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
    let magnitude = abs(value)
    if magnitude != 0, magnitude < 1e-4 || magnitude >= 1e15 {
      return String(format: "%.6g", value)
    }
    return String(format: "%.4f", value)
  }
}

/// All digits of a decimal.
func decimalText(_ unscaled: Int128, scale: Int) -> String {
  var digits = "\(unscaled.magnitude)"
  if scale > 0 {
    if digits.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
    }
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
  }
  return (unscaled < 0 ? "-" : "") + digits
}
