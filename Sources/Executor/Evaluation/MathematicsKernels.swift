import Columnar
import Glibc
import Plan

// Functions of doubles that Arrow lacks or that are null where Arrow's are NaN or infinite.

extension KernelCall {
  func mathematics(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    switch function {
    case .ln: return try logarithm(arguments[0], above: 0) { Glibc.log($0) }
    case .log2: return try logarithm(arguments[0], above: 0) { Glibc.log2($0) }
    case .log10: return try logarithm(arguments[0], above: 0) { Glibc.log10($0) }
    case .log1p: return try logarithm(arguments[0], above: -1) { Glibc.log1p($0) }
    case .log:
      return try nullOnFailure.map(
        arguments[0], Double.self, arguments[1], Double.self, to: Double.self
      ) { base, value in
        base <= 0 || value <= 0 ? nil : Glibc.log(value) / Glibc.log(base)
      } orThrow: { _, _ in
        overflow
      }
    case .cbrt: return try ofDouble(arguments[0]) { cubeRoot($0) }
    case .degrees: return try ofDouble(arguments[0]) { $0 * (180 / Double.pi) }
    default: return try ofDouble(arguments[0]) { $0 / 180 * Double.pi }
    }
  }

  /// Spark's logarithms are null, not an error, where mathematics has none.
  private var nullOnFailure: KernelCall {
    KernelCall(
      expression: expression, columnNames: columnNames, rowCount: rowCount, mode: .try,
      isConstant: isConstant)
  }

  @inline(__always)
  private func logarithm(
    _ argument: Datum, above limit: Double, _ body: (Double) -> Double
  ) throws -> Column {
    try nullOnFailure.map(argument, Double.self, to: Double.self) {
      $0 <= limit ? nil : body($0)
    } orThrow: { _ in
      overflow
    }
  }

  @inline(__always)
  private func ofDouble(_ argument: Datum, _ body: (Double) -> Double) throws -> Column {
    try map(argument, Double.self, to: Double.self) {
      body($0)
    } orThrow: { _ in
      overflow
    }
  }

  /// Ceiling and floor: of a double a long (the nearest one where there is none, as in Spark), of a decimal a
  /// decimal without a fraction.
  func wholeNumber(_ function: ScalarFunction, _ argument: Datum) throws -> Column {
    if case .decimal(_, let scale) = argument.type {
      let unit = DecimalValue.powersOfTen[scale]
      return try map(argument, Int128.self, to: Int128.self) { value in
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
        if function == .ceil { return remainder > 0 ? quotient + 1 : quotient }
        return remainder < 0 ? quotient - 1 : quotient
      } orThrow: { _ in
        overflow
      }
    }
    return try map(argument, Double.self, to: Int64.self) { value in
      Int64(saturating: function == .ceil ? value.rounded(.up) : value.rounded(.down))
    } orThrow: { _ in
      overflow
    }
  }
}

/// The C library's cube root is off by a unit in the last place here and there (27 gives no 3): one step of
/// Newton's method mends it where its powers lose no digits.
private func cubeRoot(_ value: Double) -> Double {
  let root = Glibc.cbrt(value)
  guard value.isFinite, abs(value) > 1e-290 else { return root }
  return root - (root * root * root - value) / (3 * root * root)
}

extension Int64 {
  /// Java's conversion: the nearest long, 0 for NaN.
  init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= 0x1p63 {
      self = .max
    } else if value < -0x1p63 {
      self = .min
    } else {
      self = Int64(value)
    }
  }
}
