import Columnar
import Plan

// Dates are Int32 days, timestamps Int64 microseconds since 1970, in UTC.

extension KernelCall {
  func date(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    switch function {
    case .addDays:
      return try map(arguments[0], Int32.self, arguments[1], Int64.self, to: Int32.self) {
        date, days in
        let (sum, overflow) = Int64(date).addingReportingOverflow(days)
        return overflow ? nil : Int32(exactly: sum)
      } orThrow: { _, _ in
        overflow
      }
    case .addMonths:
      return try map(arguments[0], Int32.self, arguments[1], Int64.self, to: Int32.self) {
        date, months in
        // Anything further than all dates lie apart.
        guard abs(months.clamped(to: 1_000_000_000)) < 1_000_000_000 else { return nil }
        let moved = CalendarDate(daysSinceEpoch: Int(date)).adding(months: Int(months))
        return Int32(exactly: moved.daysSinceEpoch)
      } orThrow: { _, _ in
        overflow
      }
    case .lastDay:
      return try map(arguments[0], Int32.self, to: Int32.self) { days in
        var date = CalendarDate(daysSinceEpoch: Int(days))
        date.day = CalendarDate.dayCount(year: date.year, month: date.month)
        return Int32(exactly: date.daysSinceEpoch)
      } orThrow: { _ in
        overflow
      }
    case .dateDifference:
      return try map(arguments[0], Int32.self, arguments[1], Int32.self, to: Int32.self) {
        Int32(exactly: Int64($0) - Int64($1))
      } orThrow: { _, _ in
        overflow
      }
    case .truncateDate: return try truncateDate(arguments[0], try constantString(arguments[1]))
    default: return try makeDate(arguments)
    }
  }

  /// To the first day of a year, quarter, month or week; null for any other unit, as in Spark.
  private func truncateDate(_ argument: Datum, _ unit: String) throws -> Column {
    guard let unit = calendarUnit(unit), unit.rawValue >= CalendarUnit.week.rawValue else {
      return try Datum.scalar(.null, .date).expanded(to: rowCount)
    }
    return try map(argument, Int32.self, to: Int32.self) { days in
      if unit == .week {
        // 1970-01-01 was a Thursday.
        return Int32(exactly: (Int64(days) + 3).floorQuotient(7) * 7 - 3)
      }
      var date = CalendarDate(daysSinceEpoch: Int(days))
      date.day = 1
      if unit == .quarter { date.month -= (date.month - 1) % 3 }
      if unit == .year { date.month = 1 }
      return Int32(exactly: date.daysSinceEpoch)
    } orThrow: { _ in
      overflow
    }
  }

  func truncateTimestamp(_ arguments: [Datum]) throws -> Column {
    guard let unit = calendarUnit(try constantString(arguments[0])) else {
      return try Datum.scalar(.null, .timestamp).expanded(to: rowCount)
    }
    if unit == .microsecond { return try arguments[1].expanded(to: rowCount) }
    return try arrow("floor_temporal", [arguments[1]], .floor(unit))
  }

  /// A unit by Spark's names.
  private func calendarUnit(_ name: String) -> CalendarUnit? {
    switch name {
    case "YEAR", "YYYY", "YY": .year
    case "QUARTER": .quarter
    case "MONTH", "MON", "MM": .month
    case "WEEK": .week
    case "DAY", "DD": .day
    case "HOUR": .hour
    case "MINUTE": .minute
    case "SECOND": .second
    case "MILLISECOND": .millisecond
    case "MICROSECOND": .microsecond
    default: nil
    }
  }

  private func makeDate(_ arguments: [Datum]) throws -> Column {
    let memory = memory(for: arguments)
    let results = memory.values.assumingMemoryBound(to: Int32.self)
    let years = Values<Int32>(arguments[0])
    let months = Values<Int32>(arguments[1])
    let days = Values<Int32>(arguments[2])
    let nulls = NullRows(arguments)
    try withExtendedLifetime(arguments) {
      for row in 0..<rowCount {
        results[row] = 0
        if nulls.contains(row) { continue }
        let date = CalendarDate(
          year: Int(years[row]), month: Int(months[row]), day: Int(days[row]))
        if date.isValid, let result = Int32(exactly: date.daysSinceEpoch) {
          results[row] = result
        } else {
          throw EvaluationError.invalidArgument(
            value: "\(date.year)-\(date.month)-\(date.day)", reason: "is no date",
            expression: text)
        }
      }
    }
    return memory.finish()
  }

  func timestamp(_ function: ScalarFunction, _ argument: Datum) throws -> Column {
    if function == .unixSeconds {
      return try map(argument, Int64.self, to: Int64.self) {
        $0.floorQuotient(microsecondsPerSecond)
      } orThrow: { _ in
        overflow
      }
    }
    let unit: Int64 =
      switch function {
      case .timestampFromSeconds: microsecondsPerSecond
      case .timestampFromMilliseconds: 1000
      default: 1
      }
    return try map(argument, Int64.self, to: Int64.self) { value in
      let (time, overflow) = value.multipliedReportingOverflow(by: unit)
      return overflow ? nil : time
    } orThrow: { _ in
      overflow
    }
  }

  /// `to_timestamp(text, pattern)` and `date_format(time, pattern)`.
  func timestampText(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    let pattern = try DateTimePattern(try constantString(arguments[1]))
    if function == .formatTimestamp {
      let times = Values<Int64>(arguments[0])
      return try buildTexts(arguments) { row, builder in
        try builder.append(pattern.format(times[row]))
      }
    }
    return try readTexts(arguments[0], to: Int64.self) {
      pattern.parse($0)
    } orThrow: {
      .invalidArgument(
        value: $0, reason: "does not have the form that the pattern asks for", expression: text)
    }
  }
}

extension Int64 {
  fileprivate func clamped(to limit: Int64) -> Int64 { Swift.min(Swift.max(self, -limit), limit) }
}
