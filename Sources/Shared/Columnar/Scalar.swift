/// One value of a column, for literals, tests and tables shown to a person. Never used in a loop over rows.
package enum Scalar: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// byte, short, int and long.
  case integer(Int64)
  case float(Float)
  case double(Double)
  case string(String)
  case binary([UInt8])
  /// Days since 1970-01-01.
  case date(Int32)
  /// Microseconds since 1970-01-01T00:00:00 UTC.
  case timestamp(Int64)
  /// `unscaled` times ten to the power of minus `scale`.
  case decimal(unscaled: Int128, scale: Int)
  case list([Scalar])
}
