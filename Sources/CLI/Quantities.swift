import Foundation

/// `1 row`, `2 rows`, `336,776 rows`.
func counted(_ count: Int64, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// Digits in groups of three.
func grouped(_ number: Int64) -> String {
  var text = ""
  for (index, digit) in "\(number.magnitude)".reversed().enumerated() {
    if index > 0, index % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + String(text.reversed())
}

/// `512 bytes`, `3.2 MB`; powers of 1024.
func byteText(_ bytes: Int64) -> String {
  var value = Double(bytes)
  for unit in ["bytes", "KB", "MB", "GB"] {
    if value < 1024 { return unit == "bytes" ? "\(bytes) bytes" : decimalText(value) + " " + unit }
    value /= 1024
  }
  return decimalText(value) + " TB"
}

func secondsText(_ milliseconds: Int64) -> String {
  String(format: "%.2f s", Double(milliseconds) / 1000)
}

private func decimalText(_ value: Double) -> String { String(format: "%.1f", value) }
