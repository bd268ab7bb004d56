import Columnar
import Plan

extension KernelCall {
  /// The value of a function on its arguments: the table from functions to kernels.
  func apply(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    if !function.acceptsNull, arguments.contains(where: \.isNullScalar) {
      return try Datum.scalar(.null, type).expanded(to: rowCount)
    }
    switch function {
    case .add, .subtract, .multiply, .divide, .integralDivide, .remainder, .positiveModulo:
      return try arithmetic(function, arguments[0], arguments[1])
    case .negate, .absolute: return try signed(function, arguments[0])

    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return try compare(function, arguments[0], arguments[1])
    case .nullSafeEqual: return try nullSafeEqual(arguments[0], arguments[1])
    case .between: return try between(arguments)
    case .isIn: return try isIn(arguments[0], Array(arguments.dropFirst()))
    case .greatest: return try extreme(arguments, .greaterOrEqual)
    case .least: return try extreme(arguments, .lessOrEqual)

    case .not: return try arrow("invert", arguments)
    case .isNull: return try arrow("is_null", arguments)
    case .isNotNull: return try arrow("is_valid", arguments)
    case .isNaN:
      return try arrow(
        "coalesce",
        [
          datum(try arrow("is_nan", arguments), arguments), .scalar(.boolean(false), .boolean),
        ])
    case .nullIf: return try nullIf(arguments[0], arguments[1])
    case .nanvl:
      let isNaN = datum(try arrow("is_nan", [arguments[0]], returning: .boolean), [arguments[0]])
      return try arrow("if_else", [isNaN, arguments[1], arguments[0]])

    case .ceil, .floor: return try wholeNumber(function, arguments[0])
    case .round, .bround: return try round(function, arguments[0], digits: arguments[1])
    case .sign, .sqrt, .exp, .expm1, .sin, .cos, .tan, .asin, .acos, .atan, .atan2, .sinh, .cosh,
      .tanh, .asinh, .acosh, .atanh, .power:
      return try arrow(function.arrowName, arguments)
    case .ln, .log2, .log10, .log1p, .log, .cbrt, .degrees, .radians:
      return try mathematics(function, arguments)

    case .upper, .lower, .reverse, .length, .octetLength:
      return try arrow(function.arrowName, arguments)
    case .trim, .trimLeft, .trimRight:
      return try arrow(
        function.arrowName, [arguments[0]], .trim(characters: constantString(arguments[1])))
    case .concat: return try concatenate(arguments)
    case .concatWithSeparator: return try joinPresent(arguments)
    case .contains, .startsWith, .endsWith: return try search(function, arguments)
    case .initcap, .substring, .left, .right, .replace, .translate, .padLeft, .padRight, .repeat:
      return try text(function, arguments)
    case .ascii, .locate: return try textPosition(function, arguments)
    case .like, .likeIgnoringCase, .regexpLike, .regexpReplace, .regexpExtract, .split:
      return try pattern(function, arguments)

    case .year, .quarter, .month, .day, .dayOfYear, .weekOfYear, .hour, .minute, .second:
      return try arrow(function.arrowName, arguments)
    case .dayOfWeek:
      return try arrow(
        "day_of_week", arguments, .dayOfWeek(countsFromZero: false, weekStart: 7))
    case .weekday:
      return try arrow("day_of_week", arguments, .dayOfWeek(countsFromZero: true, weekStart: 1))
    case .truncateTimestamp: return try truncateTimestamp(arguments)
    case .lastDay, .addDays, .addMonths, .dateDifference, .truncateDate, .makeDate:
      return try date(function, arguments)
    case .parseTimestamp, .formatTimestamp: return try timestampText(function, arguments)
    case .unixSeconds, .timestampFromSeconds, .timestampFromMilliseconds,
      .timestampFromMicroseconds:
      return try timestamp(function, arguments[0])

    case .size: return try arrow("list_value_length", arguments)
    case .elementAt: return try element(arguments[0], arguments[1])
    }
  }

  /// An intermediate result: a constant where what it came from is.
  func datum(_ column: Column, _ arguments: [Datum]) -> Datum {
    arguments.allSatisfy(\.isScalar) ? .scalar(column) : .column(column)
  }

  /// The text of an argument that the binder made a constant.
  func constantString(_ argument: Datum) throws -> String {
    guard argument.isScalar, case .string(let text) = argument.column[0] else {
      throw EvaluationError.kernel(
        message: "an argument must be a constant string", expression: text)
    }
    return text
  }

  /// The number of an argument that the binder made a constant.
  func constantInteger(_ argument: Datum) throws -> Int {
    guard argument.isScalar, case .integer(let value) = argument.column[0] else {
      throw EvaluationError.kernel(
        message: "an argument must be a constant integer", expression: text)
    }
    return Int(value)
  }

  /// Strings one after the other, null where one of them is.
  private func concatenate(_ arguments: [Datum]) throws -> Column {
    let nothing = try Datum.scalar(.string(""), .string)
    // Arrow has no such function of nothing but a separator.
    let joined = arguments.isEmpty ? [nothing, nothing] : arguments + [nothing]
    return try arrow("binary_join_element_wise", joined, .join(skipsNulls: false))
  }
}

extension ScalarFunction {
  /// Whether a null argument need not make the result null.
  fileprivate var acceptsNull: Bool {
    switch self {
    case .nullSafeEqual, .between, .isIn, .greatest, .least, .isNull, .isNotNull, .isNaN, .nullIf,
      .concatWithSeparator:
      true
    default: false
    }
  }

  /// The Arrow function that computes this one as it stands.
  fileprivate var arrowName: String {
    switch self {
    case .upper: "utf8_upper"
    case .lower: "utf8_lower"
    case .reverse: "utf8_reverse"
    case .length: "utf8_length"
    case .octetLength: "binary_length"
    case .trim: "utf8_trim"
    case .trimLeft: "utf8_ltrim"
    case .trimRight: "utf8_rtrim"
    case .dayOfYear: "day_of_year"
    case .weekOfYear: "iso_week"
    // Spark's names are Arrow's for the rest: year, sqrt, sin, ...
    default: rawValue
    }
  }
}
