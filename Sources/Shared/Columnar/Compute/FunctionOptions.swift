import ArrowBridge

/// The options of Arrow's compute functions, as far as the engine sets them.
package enum FunctionOptions: Sendable {
  /// What the function does when nothing is said.
  case defaults
  /// `cast`: fails when a value does not fit the result's type.
  case cast
  /// `cast` between numbers: rounds where the result's type holds fewer digits.
  case roundingCast
  /// `match_substring`, `match_substring_regex`, `match_like`.
  case match(pattern: String, ignoreCase: Bool)
  /// `replace_substring`, `replace_substring_regex`: so many occurrences, -1 for all.
  case replace(pattern: String, replacement: String, maximum: Int = -1)
  /// `split_pattern`: at all occurrences.
  case split(pattern: String)
  /// `utf8_trim` and its one-sided forms: the characters to cut.
  case trim(characters: String)
  /// `binary_join_element_wise`: skips nulls, or gives null where an argument is null.
  case join(skipsNulls: Bool)
  /// `is_in`: the values to look for; null where SQL cannot tell.
  case lookup(Column)
  /// `floor_temporal`; weeks start on Monday.
  case floor(CalendarUnit)
  /// `day_of_week`: `weekStart` is the ISO number of a week's first day (Monday 1 ... Sunday 7).
  case dayOfWeek(countsFromZero: Bool, weekStart: Int)
}

/// Units of the calendar, numbered as Arrow numbers them.
package enum CalendarUnit: Int64, Sendable {
  case microsecond = 1
  case millisecond, second, minute, hour, day, week, month, quarter, year
}

extension FunctionOptions {
  /// Calls `body` with the C form of the options; its texts and values live as long as the call.
  func withBridged<Result>(
    _ body: (inout roost_function_options) throws -> Result
  ) rethrows -> Result {
    var options = roost_function_options()
    switch self {
    case .defaults:
      options.kind = ROOST_OPTIONS_NONE
      return try body(&options)
    case .cast:
      options.kind = ROOST_OPTIONS_CAST
      return try body(&options)
    case .roundingCast:
      options.kind = ROOST_OPTIONS_ROUNDING_CAST
      return try body(&options)
    case .match(let pattern, let ignoreCase):
      options.kind = ROOST_OPTIONS_MATCH
      options.flag = ignoreCase ? 1 : 0
      return try withText(pattern) { text in
        options.text = text
        return try body(&options)
      }
    case .replace(let pattern, let replacement, let maximum):
      options.kind = ROOST_OPTIONS_REPLACE
      options.number = Int64(maximum)
      return try withText(pattern) { text in
        try withText(replacement) { secondText in
          options.text = text
          options.second_text = secondText
          return try body(&options)
        }
      }
    case .split(let pattern):
      options.kind = ROOST_OPTIONS_SPLIT
      return try withText(pattern) { text in
        options.text = text
        return try body(&options)
      }
    case .trim(let characters):
      options.kind = ROOST_OPTIONS_TRIM
      return try withText(characters) { text in
        options.text = text
        return try body(&options)
      }
    case .join(let skipsNulls):
      options.kind = ROOST_OPTIONS_JOIN
      options.flag = skipsNulls ? 1 : 0
      return try body(&options)
    case .lookup(let values):
      options.kind = ROOST_OPTIONS_LOOKUP
      return try withBridgedDatums([.column(values)]) { datums in
        options.values = datums[0]
        return try body(&options)
      }
    case .floor(let unit):
      options.kind = ROOST_OPTIONS_CALENDAR_UNIT
      options.number = unit.rawValue
      return try body(&options)
    case .dayOfWeek(let countsFromZero, let weekStart):
      options.kind = ROOST_OPTIONS_DAY_OF_WEEK
      options.number = Int64(weekStart)
      options.flag = countsFromZero ? 1 : 0
      return try body(&options)
    }
  }
}

private func withText<Result>(
  _ text: String, _ body: (roost_text) throws -> Result
) rethrows -> Result {
  var text = text
  return try text.withUTF8 { bytes in
    try bytes.withMemoryRebound(to: CChar.self) { characters in
      try body(roost_text(bytes: characters.baseAddress, count: Int64(characters.count)))
    }
  }
}
