import Columnar

// Numbers as Spark SQL writes them: 1 is an int (a long or a decimal when it is larger), 1Y a byte, 1S a
// short, 1L a long, 1.5 a decimal, 1.5BD a decimal, 1.5F a float, 1.5D and 1e3 are doubles.

/// The constant that `text` (digits, point, exponent, suffix) stands for; nil when it is no number or does
/// not fit its type. A minus sign is part of it, so that the smallest integers can be written.
func numericLiteral(_ text: String) -> (Scalar, DataType)? {
  let upper = text.uppercased()
  for (suffix, type) in suffixes where upper.hasSuffix(suffix) {
    let digits = String(upper.dropLast(suffix.count))
    return suffixedLiteral(digits, type)
  }
  if upper.contains("E") { return doubleLiteral(upper) }
  if upper.contains(".") { return decimalLiteral(upper) }
  if let value = Int32(upper) { return (.integer(Int64(value)), .integer) }
  if let value = Int64(upper) { return (.integer(value), .long) }
  return decimalLiteral(upper)
}

/// Longer ones first; the decimal's own type depends on its digits.
private let suffixes: [(String, DataType?)] = [
  ("BD", nil), ("L", .long), ("S", .short), ("Y", .byte), ("D", .double), ("F", .float),
]

private func suffixedLiteral(_ digits: String, _ type: DataType?) -> (Scalar, DataType)? {
  switch type {
  case .byte: Int8(digits).map { (.integer(Int64($0)), .byte) }
  case .short: Int16(digits).map { (.integer(Int64($0)), .short) }
  case .long: Int64(digits).map { (.integer($0), .long) }
  case .float:
    doubleLiteral(digits).flatMap { _ in Float(digits) }.flatMap { value in
      value.isFinite ? (.float(value), .float) : nil
    }
  case .double: doubleLiteral(digits)
  default: decimalLiteral(digits)
  }
}

private func doubleLiteral(_ text: String) -> (Scalar, DataType)? {
  guard text.utf8.allSatisfy({ "0123456789.E+-".utf8.contains($0) }),
    let value = Double(text.hasPrefix(".") ? "0" + text : text.replacingTrailingPoint),
    value.isFinite
  else { return nil }
  return (.double(value), .double)
}

/// The precision is the number of digits, at least as many as stand after the point.
private func decimalLiteral(_ text: String) -> (Scalar, DataType)? {
  guard let (unscaled, scale) = parseDecimal(text), scale <= DecimalValue.maximumPrecision
  else { return nil }
  let precision = max(DecimalValue.digitCount(unscaled), scale, 1)
  guard precision <= DecimalValue.maximumPrecision else { return nil }
  return (
    .decimal(unscaled: unscaled, scale: scale), .decimal(precision: precision, scale: scale)
  )
}

extension String {
  /// `1.` and `1.E3` are numbers to SQL and not to Swift.
  fileprivate var replacingTrailingPoint: String {
    guard let point = firstIndex(of: ".") else { return self }
    let next = index(after: point)
    if next < endIndex, self[next].isNumber { return self }
    return String(self[..<point]) + String(self[next...])
  }
}
