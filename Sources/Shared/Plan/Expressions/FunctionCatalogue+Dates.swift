import Columnar

extension FunctionCatalogue {
  static let dates: [FunctionDefinition] =
    ofDate.map { .scalar($0.0, [.date], .integer, $0.1) }
    + [
      .scalar(["hour"], [.timestamp], .integer, .hour),
      .scalar(["minute"], [.timestamp], .integer, .minute),
      .scalar(["second"], [.timestamp], .integer, .second),
      .scalar(["last_day"], [.date], .date, .lastDay),
      .scalar(["date_add", "dateadd"], [.date, .long], .date, .addDays),
      FunctionDefinition(["date_sub"], 2) { call throws(ExpressionError) in
        let days = BoundExpression(.call(.negate, [try call.argument(1, .long)], .ansi), .long)
        return BoundExpression(.call(.addDays, [try call.argument(0, .date), days], .ansi), .date)
      },
      .scalar(["add_months"], [.date, .long], .date, .addMonths),
      .scalar(["datediff", "date_diff"], [.date, .date], .integer, .dateDifference),
      .scalar(["make_date"], [.integer, .integer, .integer], .date, .makeDate),
      FunctionDefinition(["date_trunc"], 2) { call throws(ExpressionError) in
        guard let unit = try call.constantString(0) else { return .literal(.null, .timestamp) }
        return BoundExpression(
          .call(
            .truncateTimestamp,
            [.literal(.string(unit.uppercased()), .string), try call.argument(1, .timestamp)],
            .ansi), .timestamp)
      },
      FunctionDefinition(["trunc"], 2) { call throws(ExpressionError) in
        guard let unit = try call.constantString(1) else { return .literal(.null, .date) }
        return BoundExpression(
          .call(
            .truncateDate,
            [try call.argument(0, .date), .literal(.string(unit.uppercased()), .string)], .ansi),
          .date)
      },
      FunctionDefinition(["to_date"], 1...2) { call throws(ExpressionError) in
        try parsed(call, .ansi).casting(to: .date)
      },
      FunctionDefinition(["try_to_date"], 1...2) { call throws(ExpressionError) in
        try parsed(call, .try).casting(to: .date)
      },
      FunctionDefinition(["to_timestamp"], 1...2) { call throws(ExpressionError) in
        try parsed(call, .ansi).casting(to: .timestamp)
      },
      FunctionDefinition(["try_to_timestamp"], 1...2) { call throws(ExpressionError) in
        try parsed(call, .try).casting(to: .timestamp)
      },
      FunctionDefinition(["unix_timestamp", "to_unix_timestamp"], 1...2) {
        call throws(ExpressionError) in
        // Text has a pattern of its own here, which casts do not follow.
        let time =
          call.arguments[0].type == .string
          ? try parsed(call, .ansi, defaultPattern: "yyyy-MM-dd HH:mm:ss")
          : try call.argument(0, .timestamp)
        return BoundExpression(
          .call(.unixSeconds, [time.casting(to: .timestamp)], .ansi), .long)
      },
      .scalar(["unix_seconds"], [.timestamp], .long, .unixSeconds),
      .scalar(["timestamp_seconds"], [.long], .timestamp, .timestampFromSeconds),
      .scalar(["timestamp_millis"], [.long], .timestamp, .timestampFromMilliseconds),
      .scalar(["timestamp_micros"], [.long], .timestamp, .timestampFromMicroseconds),
      FunctionDefinition(["from_unixtime"], 1...2) { call throws(ExpressionError) in
        let seconds = try call.argument(0, .long)
        let time = BoundExpression(.call(.timestampFromSeconds, [seconds], .ansi), .timestamp)
        return try formatted(time, call, defaultPattern: "yyyy-MM-dd HH:mm:ss")
      },
      FunctionDefinition(["date_format"], 2) { call throws(ExpressionError) in
        try formatted(try call.argument(0, .timestamp), call, defaultPattern: nil)
      },
    ]

  private static let ofDate: [([String], ScalarFunction)] = [
    (["year"], .year), (["quarter"], .quarter), (["month"], .month),
    (["day", "dayofmonth"], .day), (["dayofyear"], .dayOfYear), (["dayofweek"], .dayOfWeek),
    (["weekday"], .weekday), (["weekofyear"], .weekOfYear),
  ]

  /// The argument as a date or timestamp: cast, or read by the pattern of a second argument.
  private static func parsed(
    _ call: FunctionCall, _ mode: EvaluationMode, defaultPattern: String? = nil
  ) throws(ExpressionError) -> BoundExpression {
    let pattern = call.count == 2 ? try checkedPattern(call) : defaultPattern
    if call.count == 2, pattern == nil { return .literal(.null, .timestamp) }
    guard let pattern, call.arguments[0].type == .string else {
      let argument = try call.argument(0, .dateOrTimestamp)
      if case .cast(let operand, _) = argument.kind {
        // The cast that the argument needs is the one that may fail.
        return operand.casting(to: argument.type, mode)
      }
      return argument
    }
    return BoundExpression(
      .call(
        .parseTimestamp, [call.arguments[0], .literal(.string(pattern), .string)], mode),
      .timestamp)
  }

  private static func formatted(
    _ time: BoundExpression, _ call: FunctionCall, defaultPattern: String?
  ) throws(ExpressionError) -> BoundExpression {
    let pattern = call.count == 2 ? try checkedPattern(call) : defaultPattern
    guard let pattern else { return .literal(.null, .string) }
    return BoundExpression(
      .call(.formatTimestamp, [time, .literal(.string(pattern), .string)], .ansi), .string)
  }

  /// The pattern in the second argument, after a look at its letters.
  private static func checkedPattern(_ call: FunctionCall) throws(ExpressionError) -> String? {
    guard let pattern = try call.constantString(1) else { return nil }
    do throws(DateTimePattern.InvalidPattern) {
      _ = try DateTimePattern(pattern)
    } catch {
      throw call.error(
        .invalidArgument(function: call.name, argument: 2, reason: error.description))
    }
    return pattern
  }
}
