extension DateTimePattern {
  /// Microseconds since 1970 in UTC of a text that has exactly this form; nil for any other text.
  ///
  /// Fields that the pattern lacks are those of 1970-01-01T00:00:00. A single letter takes as many digits
  /// as there are, more letters take that many (`yyyy` at least four).
  package func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var fields = Fields()
    var index = 0
    for (place, element) in elements.enumerated() {
      switch element {
      case .text(let expected):
        guard index + expected.count <= bytes.count,
          bytes[index..<index + expected.count].elementsEqual(expected)
        else { return nil }
        index += expected.count
      case .field(let letter, let count):
        // Digits right after this field belong to the next one when that is a number too.
        var isFollowedByDigits = false
        if place + 1 < elements.count, case .field = elements[place + 1] {
          isFollowedByDigits = true
        }
        guard
          let next = fields.read(
            Character(Unicode.Scalar(letter)), count, isFixed: isFollowedByDigits || count == 2,
            bytes, from: index)
        else { return nil }
        index = next
      }
    }
    return index == bytes.count ? fields.microseconds : nil
  }

  private struct Fields {
    var date = CalendarDate(year: 1970, month: 1, day: 1)
    var dayOfYear: Int?
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var microsecond = 0
    var offsetMinutes = 0

    /// Reads one field and gives the place after it; nil when the text is not one.
    mutating func read(
      _ letter: Character, _ count: Int, isFixed: Bool, _ bytes: UnsafeBufferPointer<UInt8>,
      from start: Int
    ) -> Int? {
      switch letter {
      case "M" where count > 2, "L" where count > 2:
        return name(among: months, short: count == 3, bytes, start).map {
          date.month = $0.index + 1
          return $0.next
        }
      case "E":
        return name(among: weekdays, short: count < 4, bytes, start)?.next
      case "a":
        guard let name = name(among: ["AM", "PM"], short: false, bytes, start) else { return nil }
        isAfternoon = name.index == 1
        return name.next
      case "X", "x", "Z":
        return zone(bytes, start)
      case "S":
        return number(bytes, start, atLeast: count, atMost: count).map { value, next in
          var microseconds = value
          for _ in min(count, 6)..<6 { microseconds *= 10 }
          for _ in 6..<max(count, 6) { microseconds /= 10 }
          microsecond = microseconds
          return next
        }
      case "y" where count == 2, "u" where count == 2:
        return number(bytes, start, atLeast: 2, atMost: 2).map { value, next in
          date.year = 2000 + value
          return next
        }
      default:
        let isYear = letter == "y" || letter == "u"
        let longest = isFixed ? count : isYear ? 7 : letter == "D" ? 3 : 2
        return number(bytes, start, atLeast: count, atMost: longest).flatMap { value, next in
          set(letter, value) ? next : nil
        }
      }
    }

    private mutating func set(_ letter: Character, _ value: Int) -> Bool {
      switch letter {
      case "y", "u": date.year = value
      case "M", "L": date.month = value
      case "d": date.day = value
      case "D": dayOfYear = value
      case "H":
        hour = value
        return value < 24
      case "k":
        hour = value % 24
        return 1...24 ~= value
      case "h":
        hour = value % 12
        return 1...12 ~= value
      case "K":
        hour = value
        return value < 12
      case "m":
        minute = value
        return value < 60
      case "s":
        second = value
        return value < 60
      default: return 1...4 ~= value
      }
      return true
    }

    private func number(
      _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, atLeast: Int, atMost: Int
    ) -> (Int, Int)? {
      var index = start
      var value = 0
      while index < bytes.count, index - start < atMost, let digit = bytes[index].digit {
        value = value * 10 + digit
        index += 1
      }
      return index - start >= atLeast ? (value, index) : nil
    }

    private func name(
      among names: [String], short: Bool, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> (index: Int, next: Int)? {
      for (index, name) in names.enumerated() {
        let expected = Array((short ? String(name.prefix(3)) : name).lowercased().utf8)
        let end = start + expected.count
        guard end <= bytes.count else { continue }
        if bytes[start..<end].lazy.map({ $0 | 0x20 }).elementsEqual(expected) {
          return (index, end)
        }
      }
      return nil
    }

    private mutating func zone(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
      guard start < bytes.count else { return nil }
      if bytes[start] == UInt8(ascii: "Z") { return start + 1 }
      guard bytes[start] == .plus || bytes[start] == .minus,
        let (hours, afterHours) = number(bytes, start + 1, atLeast: 2, atMost: 2), hours <= 18
      else { return nil }
      var next = afterHours
      if next < bytes.count, bytes[next] == .colon { next += 1 }
      var minutes = 0
      if let (value, end) = number(bytes, next, atLeast: 2, atMost: 2), value < 60 {
        minutes = value
        next = end
      } else if next != afterHours {
        return nil
      }
      offsetMinutes = (hours * 60 + minutes) * (bytes[start] == .minus ? -1 : 1)
      return next
    }

    /// Nil when there is no such day or time.
    var microseconds: Int64? {
      var days: Int
      if let dayOfYear {
        guard dayOfYear >= 1, dayOfYear <= (CalendarDate.isLeap(date.year) ? 366 : 365) else {
          return nil
        }
        days = CalendarDate(year: date.year, month: 1, day: 1).daysSinceEpoch + dayOfYear - 1
      } else {
        guard date.isValid else { return nil }
        days = date.daysSinceEpoch
      }
      var hours = hour
      if let isAfternoon { hours = hour % 12 + (isAfternoon ? 12 : 0) }
      let seconds = hours * 3600 + (minute - offsetMinutes) * 60 + second
      let (start, overflow) = Int64(days).multipliedReportingOverflow(by: microsecondsPerDay)
      let (total, totalOverflow) = start.addingReportingOverflow(
        Int64(seconds) * microsecondsPerSecond + Int64(microsecond))
      return overflow || totalOverflow ? nil : total
    }
  }
}
