// Dates and timestamps from and to text, as Spark's casts read and write them.

package let microsecondsPerSecond: Int64 = 1_000_000
package let microsecondsPerDay: Int64 = 86_400_000_000

/// Days since 1970 of `yyyy`, `yyyy-[m]m` or `yyyy-[m]m-[d]d`, maybe with `T` or a space and anything after
/// the day; nil for any other text. Space around it is skipped.
package func parseDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
  var reader = DateReader(trimming: bytes)
  guard let date = reader.date() else { return nil }
  guard reader.isAtEnd || (reader.hasDay && reader.isAtTimeSeparator) else { return nil }
  return Int32(exactly: date.daysSinceEpoch)
}

/// Microseconds since 1970 in UTC of a date as `parseDate` reads it, maybe followed by `T` or a space,
/// `[h]h:[m]m[:[s]s[.fraction]]` and a zone (`Z`, `UTC`, `GMT`, `+hh[:mm]`); nil for any other text.
/// Digits after the sixth of the fraction are dropped.
package func parseTimestamp(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
  var reader = DateReader(trimming: bytes)
  guard let date = reader.date() else { return nil }
  let days = Int64(date.daysSinceEpoch)
  var microseconds: Int64 = 0
  if !reader.isAtEnd {
    guard reader.hasDay, reader.isAtTimeSeparator else { return nil }
    reader.skip()
    guard let time = reader.timeOfDay(), let offset = reader.zoneOffset(), reader.isAtEnd
    else { return nil }
    microseconds = time - offset
  }
  let (start, overflow) = days.multipliedReportingOverflow(by: microsecondsPerDay)
  let (total, totalOverflow) = start.addingReportingOverflow(microseconds)
  return overflow || totalOverflow ? nil : total
}

package func parseDate(_ text: String) -> Int32? {
  var text = text
  return text.withUTF8 { parseDate($0) }
}

package func parseTimestamp(_ text: String) -> Int64? {
  var text = text
  return text.withUTF8 { parseTimestamp($0) }
}

/// `yyyy-MM-dd`, with a sign before years that have more than four digits or lie before year 0.
package func formatDate(_ days: Int32) -> String {
  var bytes: [UInt8] = []
  append(CalendarDate(daysSinceEpoch: Int(days)), to: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}

/// `yyyy-MM-dd HH:mm:ss`, with as many digits of a fraction as it has, in UTC.
package func formatTimestamp(_ microseconds: Int64) -> String {
  let days = microseconds.floorQuotient(microsecondsPerDay)
  let time = microseconds.floorRemainder(microsecondsPerDay)
  let seconds = Int(time / microsecondsPerSecond)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(26)
  append(CalendarDate(daysSinceEpoch: Int(days)), to: &bytes)
  bytes.append(.space)
  append(seconds / 3600, digits: 2, to: &bytes)
  bytes.append(.colon)
  append(seconds / 60 % 60, digits: 2, to: &bytes)
  bytes.append(.colon)
  append(seconds % 60, digits: 2, to: &bytes)
  let fraction = Int(time % microsecondsPerSecond)
  if fraction > 0 {
    bytes.append(.point)
    append(fraction, digits: 6, to: &bytes)
    while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func append(_ date: CalendarDate, to bytes: inout [UInt8]) {
  if date.year < 0 || date.year > 9999 { bytes.append(date.year < 0 ? .minus : .plus) }
  append(abs(date.year), digits: 4, to: &bytes)
  bytes.append(.minus)
  append(date.month, digits: 2, to: &bytes)
  bytes.append(.minus)
  append(date.day, digits: 2, to: &bytes)
}

/// A number that is not negative, with zeros before it up to `digits`.
private func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
  var divisor = 1
  for _ in 1..<digits { divisor *= 10 }
  // More digits than were asked for: years past 9999.
  while value / divisor > 9 { divisor *= 10 }
  while divisor > 0 {
    bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
    divisor /= 10
  }
}

/// A number that is not negative, with zeros before it up to `width` digits.
package func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

extension Int64 {
  /// The quotient rounded down, of a positive divisor.
  package func floorQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// What the quotient rounded down leaves, in 0..<divisor; of a positive divisor.
  package func floorRemainder(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
