import Foundation

// Numbers as people read them.

/// `1 row`, `2 rows`, `336,776 rows`.
func counted(_ count: some BinaryInteger, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// Digits in groups of three.
func grouped(_ number: some BinaryInteger) -> String {
  var text = ""
  for (index, digit) in "\(number.magnitude)".reversed().enumerated() {
    if index > 0, index % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + String(text.reversed())
}

/// `512 B`, `3.2 MB`; powers of 1024.
func byteText(_ bytes: Int64) -> String {
  var value = Double(bytes)
  for unit in ["B", "KB", "MB", "GB"] {
    if value < 1024 {
      return unit == "B" ? "\(bytes) B" : decimalText(value, digits: 1) + " " + unit
    }
    value /= 1024
  }
  return decimalText(value, digits: 1) + " TB"
}

/// `340 µs`, `12 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
func durationText(microseconds: Int64) -> String {
  let micro = max(0, microseconds)
  if micro < 1000 { return "\(micro) µs" }
  if micro < 10_000 { return decimalText(Double(micro) / 1000, digits: 1) + " ms" }
  // 999,600 µs would be rounded to 1000 ms.
  if micro < 999_500 { return decimalText(Double(micro) / 1000, digits: 0) + " ms" }
  let seconds = Double(micro) / 1_000_000
  if seconds < 9.95 { return decimalText(seconds, digits: 2) + " s" }
  if seconds < 59.95 { return decimalText(seconds, digits: 1) + " s" }
  let whole = Int64(seconds.rounded())
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  if whole < 86_400 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
  return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
}

func durationText(milliseconds: Int64) -> String {
  durationText(microseconds: milliseconds.multipliedReportingOverflow(by: 1000).partialValue)
}

/// Four digits that matter: `0.7448`, `17.22`, `1,234`, `1.2e+09`.
func numberText(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
  let magnitude = abs(value)
  if magnitude == 0 { return "0" }
  if magnitude >= 1e9 || magnitude < 1e-4 { return String(format: "%.3g", value) }
  if magnitude >= 1000 || value == value.rounded() { return grouped(Int64(value.rounded())) }
  let digits = magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : magnitude >= 1 ? 3 : 4
  return decimalText(value, digits: digits)
}

/// UTC, to the second.
func timeText(milliseconds: Int64) -> String {
  let text = isoText(milliseconds: milliseconds)
  return text.replacingOccurrences(of: "T", with: " ").replacingOccurrences(of: "Z", with: " UTC")
}

/// As ISO 8601 has it, in UTC.
func isoText(milliseconds: Int64) -> String {
  Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
}

/// At most so many characters, with an ellipsis where some are left out.
func shortened(_ text: String, to count: Int) -> String {
  text.count > count ? text.prefix(max(1, count - 1)) + "…" : text
}

func decimalText(_ value: Double, digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}

/// What a job or a table is called in a path of the pages.
func pathSegment(_ text: String) -> String {
  text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
}

private let unreserved = CharacterSet(
  charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
