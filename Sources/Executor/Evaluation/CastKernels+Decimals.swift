import Columnar
import Plan

// Casts from and to decimals: rounded half away from zero, an error where the whole part does not fit.

extension KernelCall {
  func castDecimal(_ operand: Datum) throws -> Column {
    switch operand.type {
    case .decimal(_, let scale):
      return type.isDecimal
        ? try castDecimal(operand, scale: scale, as: Int128.self) { $0 }
        : try castFromDecimal(operand, scale: scale)
    case .byte: return try castDecimal(operand, scale: 0, as: Int8.self) { Int128($0) }
    case .short: return try castDecimal(operand, scale: 0, as: Int16.self) { Int128($0) }
    case .integer: return try castDecimal(operand, scale: 0, as: Int32.self) { Int128($0) }
    case .long: return try castDecimal(operand, scale: 0, as: Int64.self) { Int128($0) }
    // Through the decimal that the number prints as, as in Spark.
    case .float: return try castPrinted(operand, Float.self) { Double($0).description }
    case .double: return try castPrinted(operand, Double.self) { $0.description }
    default: throw unsupported(operand.type)
    }
  }

  /// A decimal from numbers that are whole multiples of ten to the power of -`scale`.
  @inline(__always)
  func castDecimal<A: BitwiseCopyable>(
    _ operand: Datum, scale: Int, as _: A.Type, _ unscaled: (A) -> Int128
  ) throws -> Column {
    guard case .decimal(let precision, let newScale) = type else { throw unsupported(type) }
    return try map(operand, A.self, to: Int128.self) { value in
      DecimalValue.rescale(unscaled(value), from: scale, to: newScale)
        .flatMap { DecimalValue.fits($0, precision: precision) ? $0 : nil }
    } orThrow: {
      invalid(DecimalValue.format(unscaled($0), scale: scale), operand.type)
    }
  }

  private func castPrinted<A: BitwiseCopyable>(
    _ operand: Datum, _: A.Type, _ text: (A) -> String
  ) throws -> Column {
    guard case .decimal(let precision, let scale) = type else { throw unsupported(type) }
    return try map(operand, A.self, to: Int128.self) { value in
      parseDecimal(text(value))
        .flatMap { DecimalValue.rescale($0.unscaled, from: $0.scale, to: scale) }
        .flatMap { DecimalValue.fits($0, precision: precision) ? $0 : nil }
    } orThrow: {
      invalid(text($0), operand.type)
    }
  }

  private func castFromDecimal(_ operand: Datum, scale: Int) throws -> Column {
    let unit = DecimalValue.powersOfTen[scale]
    switch type {
    case .byte: return try cutDecimal(operand, scale) { Int8(exactly: $0 / unit) }
    case .short: return try cutDecimal(operand, scale) { Int16(exactly: $0 / unit) }
    case .integer: return try cutDecimal(operand, scale) { Int32(exactly: $0 / unit) }
    case .long: return try cutDecimal(operand, scale) { Int64(exactly: $0 / unit) }
    case .float:
      return try cutDecimal(operand, scale) { Float(DecimalValue.double($0, scale: scale)) }
    case .double: return try cutDecimal(operand, scale) { DecimalValue.double($0, scale: scale) }
    default: throw unsupported(type)
    }
  }

  @inline(__always)
  private func cutDecimal<R: BitwiseCopyable>(
    _ operand: Datum, _ scale: Int, _ body: (Int128) -> R?
  ) throws -> Column {
    try map(operand, Int128.self, to: R.self, body) {
      invalid(DecimalValue.format($0, scale: scale), operand.type)
    }
  }
}
