/// Reads the parts of a date and a time of day from text.
struct DateReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index: Int
  private let end: Int
  /// Whether `date()` found a day, not only a year or a month.
  private(set) var hasDay = false

  init(trimming bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    let range = trimmedRange(of: bytes)
    index = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { index == end }
  var isAtTimeSeparator: Bool { index < end && (bytes[index] == .space || bytes[index] == .t) }

  mutating func skip() { index += 1 }

  private mutating func accept(_ byte: UInt8) -> Bool {
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// A number of `counts` digits, nil when there are fewer or more.
  private mutating func number(digits counts: ClosedRange<Int>) -> Int? {
    var value = 0
    let start = index
    while index < end, let digit = bytes[index].digit {
      guard index - start < counts.upperBound else { return nil }
      value = value * 10 + digit
      index += 1
    }
    return index - start >= counts.lowerBound ? value : nil
  }

  /// `[+-]yyyy[-[m]m[-[d]d]]`; years have four to seven digits.
  mutating func date() -> CalendarDate? {
    let isNegative = accept(.minus)
    if !isNegative { _ = accept(.plus) }
    guard let year = number(digits: 4...7) else { return nil }
    var date = CalendarDate(year: isNegative ? -year : year, month: 1, day: 1)
    guard accept(.minus) else { return date }
    guard let month = number(digits: 1...2) else { return nil }
    date.month = month
    guard accept(.minus) else { return date.isValid ? date : nil }
    guard let day = number(digits: 1...2) else { return nil }
    date.day = day
    hasDay = true
    return date.isValid ? date : nil
  }

  /// Microseconds of `[h]h:[m]m[:[s]s[.fraction]]`.
  mutating func timeOfDay() -> Int64? {
    guard let hour = number(digits: 1...2), hour < 24, accept(.colon),
      let minute = number(digits: 1...2), minute < 60
    else { return nil }
    var microseconds = Int64(hour * 3600 + minute * 60) * microsecondsPerSecond
    guard accept(.colon) else { return microseconds }
    guard let second = number(digits: 1...2), second < 60 else { return nil }
    microseconds += Int64(second) * microsecondsPerSecond
    if accept(.point) { microseconds += fraction() }
    return microseconds
  }

  private mutating func fraction() -> Int64 {
    var value: Int64 = 0
    var unit: Int64 = 100_000
    while index < end, let digit = bytes[index].digit {
      value += Int64(digit) * unit
      unit /= 10
      index += 1
    }
    return value
  }

  /// Microseconds east of UTC; 0 when the text ends here, nil for a zone that is not an offset.
  mutating func zoneOffset() -> Int64? {
    _ = accept(.space)
    if isAtEnd || acceptWord("Z") { return 0 }
    if acceptWord("UTC") || acceptWord("GMT"), isAtEnd { return 0 }
    let isWest = accept(.minus)
    guard isWest || accept(.plus) else { return nil }
    guard let hours = number(digits: 1...2), hours <= 18 else { return nil }
    var minutes = 0
    if accept(.colon) {
      guard let value = number(digits: 1...2), value < 60 else { return nil }
      minutes = value
    }
    let offset = Int64(hours * 60 + minutes) * 60 * microsecondsPerSecond
    return isWest ? -offset : offset
  }

  private mutating func acceptWord(_ word: String) -> Bool {
    let count = word.utf8.count
    guard index + count <= end, bytes[index..<index + count].elementsEqual(word.utf8) else {
      return false
    }
    index += count
    return true
  }
}

/// The part of `bytes` without ASCII space and control characters at both ends: what Spark trims before a cast.
package func trimmedRange(of bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
  var start = 0
  var end = bytes.count
  while start < end, bytes[start] <= .space { start += 1 }
  while end > start, bytes[end - 1] <= .space { end -= 1 }
  return start..<end
}

extension UInt8 {
  static let space = UInt8(ascii: " ")
  static let t = UInt8(ascii: "T")
  package static let minus = UInt8(ascii: "-")
  package static let plus = UInt8(ascii: "+")
  package static let point = UInt8(ascii: ".")
  static let colon = UInt8(ascii: ":")

  /// The value of an ASCII digit.
  package var digit: Int? {
    self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? Int(self &- UInt8(ascii: "0")) : nil
  }
}
