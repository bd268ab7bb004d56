/// The functions that an executor computes a row at a time. Everything else that SQL knows is composed of
/// these by the binder, which also inserts the casts that bring arguments to the types stated here.
///
/// The raw values travel between processes: a new function takes a new name.
package enum ScalarFunction: String, Hashable, Sendable, CaseIterable {
  // MARK: Arithmetic, on two numbers of one type (decimals of any two).

  case add, subtract, multiply
  /// Of doubles or decimals.
  case divide
  /// The whole part of a quotient, as a long.
  case integralDivide
  /// With the sign of the dividend.
  case remainder
  /// With the sign of the divisor taken away: `pmod`.
  case positiveModulo
  case negate, absolute

  // MARK: Comparison, on two values of one type. NaN equals itself and is the largest.

  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  /// Two nulls are equal, a null and a value are not; never null itself.
  case nullSafeEqual
  /// The first argument is at least the second and at most the third.
  case between
  /// The first argument equals one of the others.
  case isIn
  /// Skip nulls.
  case greatest, least

  // MARK: Logic and nulls.

  case not, isNull, isNotNull
  /// False for null.
  case isNaN
  /// The first argument unless it equals the second.
  case nullIf
  /// The first argument unless it is NaN.
  case nanvl

  // MARK: Mathematics, on doubles unless stated.

  /// Of a double to a long, of a decimal to a decimal.
  case ceil, floor
  /// Half away from zero, to a number of digits (an integer constant), within the type of the argument.
  case round
  /// Half to even.
  case bround
  case sign, sqrt, cbrt, exp, expm1
  /// Null at and below zero, as in Spark.
  case ln, log2, log10
  /// Null at and below -1.
  case log1p
  /// The logarithm of the second argument to the base of the first.
  case log
  case power
  case sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh
  case degrees, radians

  // MARK: Strings; lengths and positions count characters (code points) from 1.

  case upper, lower, initcap, reverse
  case length, octetLength, ascii
  /// Of spaces, or of the characters of the second argument (a constant).
  case trim, trimLeft, trimRight
  /// From a position that counts from the end when negative, with a length.
  case substring
  case left, right
  /// All occurrences of the second argument by the third.
  case replace
  /// Each character of the second argument by the one at its place in the third, or by nothing.
  case translate
  /// Null when an argument is null.
  case concat
  /// The separator first; skips nulls.
  case concatWithSeparator
  case contains, startsWith, endsWith
  /// The place of the first argument in the second from the third on, 0 when it is not there.
  case locate
  case padLeft, padRight, `repeat`
  /// The pattern is a constant, as is the third argument, the escape character.
  case like, likeIgnoringCase
  /// A regular expression (RE2's syntax), a constant.
  case regexpLike, regexpReplace, regexpExtract, split

  // MARK: Dates (of a date) and times (of a timestamp, in UTC).

  case year, quarter, month, day, dayOfYear, weekOfYear
  /// Sunday is 1.
  case dayOfWeek
  /// Monday is 0.
  case weekday
  case hour, minute, second
  case lastDay
  /// A date and a number of days or months.
  case addDays, addMonths
  /// Days from the second date to the first.
  case dateDifference
  /// A timestamp cut to a unit (the first argument, a constant).
  case truncateTimestamp
  /// A date cut to a unit (the second argument, a constant); null where the unit is unknown or too small.
  case truncateDate
  case makeDate
  /// Text read by a pattern (a constant).
  case parseTimestamp
  /// A timestamp written by a pattern (a constant).
  case formatTimestamp
  /// Seconds since 1970, rounded down.
  case unixSeconds
  case timestampFromSeconds
  /// Milliseconds or microseconds since 1970.
  case timestampFromMilliseconds, timestampFromMicroseconds

  // MARK: Lists.

  /// The number of elements, null of null.
  case size
  /// The element at a position that counts from 1, or from the end when negative; null past the end in
  /// try mode.
  case elementAt
}
