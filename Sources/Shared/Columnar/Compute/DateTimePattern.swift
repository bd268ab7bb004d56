/// A pattern of Spark's for times: letters for fields, quotes around text, other characters as they are.
///
/// Known are `y` and `u` (year), `M` and `L` (month), `d`, `D` (day of the year), `E` (day of the week),
/// `H`, `h`, `k`, `K`, `a`, `m`, `s`, `S` (fraction), `q` and `Q` (quarter), `x`, `X` and `Z` (zone, UTC).
package struct DateTimePattern: Sendable {
  package struct InvalidPattern: Error, Hashable, CustomStringConvertible {
    package let pattern: String
    package let reason: String

    package var description: String { "('\(pattern)') is no pattern: \(reason)" }
  }

  enum Element: Hashable {
    case text([UInt8])
    case field(UInt8, count: Int)
  }

  let elements: [Element]

  /// Letters that stand for a field, with the longest run of each.
  private static let longest: [Character: Int] = [
    "y": 6, "u": 6, "M": 4, "L": 4, "d": 2, "D": 3, "E": 4, "H": 2, "h": 2, "k": 2, "K": 2, "a": 1,
    "m": 2, "s": 2, "S": 9, "q": 2, "Q": 2, "x": 3, "X": 3, "Z": 3,
  ]

  package init(_ pattern: String) throws(InvalidPattern) {
    var elements: [Element] = []
    let characters = Array(pattern)
    var index = 0
    func append(_ text: String) {
      if case .text(let bytes)? = elements.last {
        elements[elements.count - 1] = .text(bytes + Array(text.utf8))
      } else {
        elements.append(.text(Array(text.utf8)))
      }
    }
    while index < characters.count {
      let character = characters[index]
      if character == "'" {
        let end = characters[(index + 1)...].firstIndex(of: "'")
        guard let end else {
          throw InvalidPattern(pattern: pattern, reason: "nothing closes the quote")
        }
        append(end == index + 1 ? "'" : String(characters[(index + 1)..<end]))
        index = end + 1
      } else if character.isASCII, character.isLetter {
        let count = characters[index...].prefix { $0 == character }.count
        guard let longest = Self.longest[character], let letter = character.asciiValue else {
          throw InvalidPattern(pattern: pattern, reason: "the letter \(character) is not supported")
        }
        guard count <= longest else {
          throw InvalidPattern(
            pattern: pattern, reason: "at most \(longest) letters \(character) in a row")
        }
        elements.append(.field(letter, count: count))
        index += count
      } else {
        append(String(character))
        index += 1
      }
    }
    self.elements = elements
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  /// From Thursday on, the day of 1970-01-01.
  static let weekdays = [
    "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday",
  ]
}

extension DateTimePattern {
  /// Writes microseconds since 1970, in UTC.
  package func format(_ microseconds: Int64) -> String {
    let days = microseconds.floorQuotient(microsecondsPerDay)
    let time = microseconds.floorRemainder(microsecondsPerDay)
    let date = CalendarDate(daysSinceEpoch: Int(days))
    var text = ""
    for element in elements {
      switch element {
      case .text(let bytes): text += String(decoding: bytes, as: UTF8.self)
      case .field(let letter, let count):
        text += Self.format(Character(Unicode.Scalar(letter)), count, date, days, time)
      }
    }
    return text
  }

  private static func format(
    _ letter: Character, _ count: Int, _ date: CalendarDate, _ days: Int64, _ time: Int64
  ) -> String {
    let seconds = Int(time / microsecondsPerSecond)
    let hour = seconds / 3600
    switch letter {
    case "y", "u":
      if count == 2 { return padded(abs(date.year) % 100, 2) }
      return (date.year < 0 ? "-" : "") + padded(abs(date.year), count)
    case "M", "L":
      if count == 3 { return String(months[date.month - 1].prefix(3)) }
      return count == 4 ? months[date.month - 1] : padded(date.month, count)
    case "d": return padded(date.day, count)
    case "D":
      let start = CalendarDate(year: date.year, month: 1, day: 1).daysSinceEpoch
      return padded(Int(days) - start + 1, count)
    case "E":
      let name = weekdays[Int(days.floorRemainder(7))]
      return count == 4 ? name : String(name.prefix(3))
    case "H": return padded(hour, count)
    case "k": return padded(hour == 0 ? 24 : hour, count)
    case "K": return padded(hour % 12, count)
    case "h": return padded(hour % 12 == 0 ? 12 : hour % 12, count)
    case "a": return hour < 12 ? "AM" : "PM"
    case "m": return padded(seconds / 60 % 60, count)
    case "s": return padded(seconds % 60, count)
    case "S": return String((padded(Int(time % microsecondsPerSecond), 6) + "000").prefix(count))
    case "q", "Q": return padded((date.month + 2) / 3, count)
    case "X": return "Z"
    default:
      return count == 3 && letter == "x" ? "+00:00" : count == 1 && letter == "x" ? "+00" : "+0000"
    }
  }
}
