extension ScalarFunction {
  /// How many arguments a call has: what comes from another process is checked against it.
  package var argumentCounts: ClosedRange<Int> {
    switch self {
    case .negate, .absolute, .not, .isNull, .isNotNull, .isNaN, .ceil, .floor, .sign, .sqrt,
      .cbrt, .exp, .expm1, .ln, .log2, .log10, .log1p, .sin, .cos, .tan, .asin, .acos, .atan,
      .sinh, .cosh, .tanh, .asinh, .acosh, .atanh, .degrees, .radians, .upper, .lower, .initcap,
      .reverse, .length, .octetLength, .ascii, .year, .quarter, .month, .day, .dayOfYear,
      .weekOfYear, .dayOfWeek, .weekday, .hour, .minute, .second, .lastDay, .unixSeconds,
      .timestampFromSeconds, .timestampFromMilliseconds, .timestampFromMicroseconds, .size:
      1...1
    case .add, .subtract, .multiply, .divide, .integralDivide, .remainder, .positiveModulo,
      .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .nullSafeEqual, .nullIf,
      .nanvl, .round, .bround, .log, .power, .atan2, .trim, .trimLeft, .trimRight, .left, .right,
      .repeat, .contains, .startsWith, .endsWith, .regexpLike, .addDays, .addMonths,
      .dateDifference, .truncateTimestamp, .truncateDate, .parseTimestamp, .formatTimestamp,
      .elementAt:
      2...2
    case .between, .substring, .replace, .translate, .locate, .padLeft, .padRight, .like,
      .likeIgnoringCase, .regexpReplace, .regexpExtract, .split, .makeDate:
      3...3
    case .isIn, .greatest, .least: 2...Int.max
    case .concat, .concatWithSeparator: 1...Int.max
    }
  }
}
