import Columnar
import Foundation

/// Rows as text in columns: numbers to the right, everything else to the left.
struct TextTable {
  private static let cellLimit = 60

  let text: String

  init(_ batch: RecordBatch) {
    self.init(
      header: batch.schema.names,
      rows: (0..<batch.rowCount).map { row in batch.columns.map { Self.text(of: $0[row]) } },
      rightAligned: batch.schema.fields.map { $0.type.isNumeric })
  }

  init(header: [String], rows: [[String]], rightAligned: [Bool]) {
    var widths = header.map(\.count)
    let rows = rows.map { $0.map { Self.shortened($0) } }
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) }
    }
    func line(_ cells: [String]) -> String {
      cells.enumerated().map { index, cell in
        let padding = String(repeating: " ", count: widths[index] - cell.count)
        return rightAligned[index] ? padding + cell : cell + padding
      }.joined(separator: "  ").trimmingEnd
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    text = ([line(header), rule] + rows.map(line)).joined(separator: "\n") + "\n"
  }

  /// Line breaks and the like would tear the table apart.
  private static func shortened(_ cell: String) -> String {
    let clean = String(cell.unicodeScalars.map { $0.value < 32 ? " " : Character($0) })
    return clean.count > cellLimit ? clean.prefix(cellLimit - 1) + "…" : clean
  }

  static func text(of scalar: Scalar) -> String {
    switch scalar {
    case .null: "NULL"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): number(Double(value), digits: 6)
    case .double(let value): number(value, digits: 6)
    case .string(let value): value
    // Longer than any cell: a model may have megabytes.
    case .binary(let bytes):
      "0x" + bytes.prefix(cellLimit).map { String(format: "%02x", $0) }.joined()
    case .date(let days): formatDate(days)
    case .timestamp(let microseconds): formatTimestamp(microseconds)
    case .decimal(let unscaled, let scale): decimalText(unscaled, scale: scale)
    case .list(let values): "[" + values.map { text(of: $0) }.joined(separator: ", ") + "]"
    }
  }

  private static func number(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
    let magnitude = abs(value)
    if magnitude != 0, magnitude < 1e-4 || magnitude >= 1e15 {
      return String(format: "%.\(digits)g", value)
    }
    return String(format: "%.4f", value)
  }

  private static func decimalText(_ unscaled: Int128, scale: Int) -> String {
    var digits = "\(unscaled.magnitude)"
    if scale > 0 {
      if digits.count <= scale {
        digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
      }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
    }
    return (unscaled < 0 ? "-" : "") + digits
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
