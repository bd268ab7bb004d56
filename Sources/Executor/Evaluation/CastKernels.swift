import Columnar
import Plan

// Casts as in Spark's ANSI mode. The binder has refused pairs of types that cannot be cast at all.

extension KernelCall {
  func cast(_ operand: Datum) throws -> Column {
    let source = operand.type
    if operand.isNullScalar || source == .void {
      return try Datum.scalar(.null, type).expanded(to: rowCount)
    }
    if type == .string { return try castToText(operand) }
    if source == .string { return try castFromText(operand) }
    if type == .boolean { return try castToBoolean(operand) }
    switch (source, type) {
    case (.boolean, _): return try castFromBoolean(operand)
    case (.date, .timestamp):
      return try map(operand, Int32.self, to: Int64.self) { days in
        let (time, overflow) = Int64(days).multipliedReportingOverflow(by: microsecondsPerDay)
        return overflow ? nil : time
      } orThrow: {
        invalid(formatDate($0), source)
      }
    case (.timestamp, .date):
      return try map(operand, Int64.self, to: Int32.self) {
        Int32(exactly: $0.floorQuotient(microsecondsPerDay))
      } orThrow: {
        invalid(formatTimestamp($0), source)
      }
    case (.timestamp, _): return try castFromTimestamp(operand)
    case (_, .timestamp): return try castToTimestamp(operand)
    case (.decimal, _), (_, .decimal): return try castDecimal(operand)
    case (.list, .list): return try castList(operand)
    default: return try castNumber(operand)
    }
  }

  func invalid(_ value: String, _ source: DataType) -> EvaluationError {
    .invalidCast(value: value, from: source, to: type, expression: text)
  }

  // MARK: Numbers

  func castNumber(_ operand: Datum) throws -> Column {
    switch operand.type {
    case .byte: return try castInteger(operand, Int8.self)
    case .short: return try castInteger(operand, Int16.self)
    case .integer: return try castInteger(operand, Int32.self)
    case .long: return try castInteger(operand, Int64.self)
    case .float: return try castFloat(operand)
    case .double: return try castDouble(operand)
    default: throw unsupported(operand.type)
    }
  }

  private func castInteger<T: FixedWidthInteger & BitwiseCopyable>(
    _ operand: Datum, _: T.Type
  ) throws -> Column {
    switch type {
    case .byte: return try mapNumber(operand, T.self, to: Int8.self) { Int8(exactly: $0) }
    case .short: return try mapNumber(operand, T.self, to: Int16.self) { Int16(exactly: $0) }
    case .integer: return try mapNumber(operand, T.self, to: Int32.self) { Int32(exactly: $0) }
    case .long: return try mapNumber(operand, T.self, to: Int64.self) { Int64($0) }
    // Through a long: the conversion of any integer is many times slower.
    case .float: return try mapNumber(operand, T.self, to: Float.self) { Float(Int64($0)) }
    case .double: return try mapNumber(operand, T.self, to: Double.self) { Double(Int64($0)) }
    default: throw unsupported(operand.type)
    }
  }

  private func castFloat(_ operand: Datum) throws -> Column {
    switch type {
    case .double: return try mapNumber(operand, Float.self, to: Double.self) { Double($0) }
    case .byte: return try mapNumber(operand, Float.self, to: Int8.self) { cut(Double($0)) }
    case .short: return try mapNumber(operand, Float.self, to: Int16.self) { cut(Double($0)) }
    case .integer: return try mapNumber(operand, Float.self, to: Int32.self) { cut(Double($0)) }
    case .long: return try mapNumber(operand, Float.self, to: Int64.self) { cut(Double($0)) }
    default: throw unsupported(operand.type)
    }
  }

  private func castDouble(_ operand: Datum) throws -> Column {
    switch type {
    case .float: return try mapNumber(operand, Double.self, to: Float.self) { Float($0) }
    case .byte: return try mapNumber(operand, Double.self, to: Int8.self) { cut($0) }
    case .short: return try mapNumber(operand, Double.self, to: Int16.self) { cut($0) }
    case .integer: return try mapNumber(operand, Double.self, to: Int32.self) { cut($0) }
    case .long: return try mapNumber(operand, Double.self, to: Int64.self) { cut($0) }
    default: throw unsupported(operand.type)
    }
  }

  /// Cuts the fraction off; nil for NaN and for what lies outside of the type.
  @inline(__always)
  private func cut<R: FixedWidthInteger>(_ value: Double) -> R? {
    guard value >= -0x1p63, value < 0x1p63 else { return nil }
    return R(exactly: Int64(value))
  }

  @inline(__always)
  func mapNumber<A: BitwiseCopyable, R: BitwiseCopyable>(
    _ operand: Datum, _: A.Type, to _: R.Type, _ body: (A) -> R?
  ) throws -> Column {
    try map(operand, A.self, to: R.self, body) { invalid("\($0)", operand.type) }
  }

  // MARK: Booleans

  private func castToBoolean(_ operand: Datum) throws -> Column {
    let zero = Datum.scalar(try Column(operand.type, [zeroScalar(of: operand.type)]))
    return try compare(.notEqual, operand, zero)
  }

  private func zeroScalar(of type: DataType) -> Scalar {
    switch type {
    case .float: .float(0)
    case .double: .double(0)
    case .decimal(_, let scale): .decimal(unscaled: 0, scale: scale)
    default: .integer(0)
    }
  }

  private func castFromBoolean(_ operand: Datum) throws -> Column {
    func number(_ value: Int64) -> BoundExpression {
      BoundExpression.literal(.integer(value), .long).casting(to: type)
    }
    guard let zero = number(0).literalValue, let one = number(1).literalValue else {
      // decimal(1,1) holds no 1.
      throw overflow
    }
    return try arrow("if_else", [operand, .scalar(one, type), .scalar(zero, type)])
  }

  // MARK: Timestamps and numbers: seconds since 1970

  private func castFromTimestamp(_ operand: Datum) throws -> Column {
    switch type {
    case .double:
      return try map(operand, Int64.self, to: Double.self) {
        Double($0) / 1e6
      } orThrow: { _ in
        overflow
      }
    case .float:
      return try map(operand, Int64.self, to: Float.self) {
        Float(Double($0) / 1e6)
      } orThrow: {
        _ in
        overflow
      }
    case .decimal:
      return try castDecimal(operand, scale: 6, as: Int64.self) { Int128($0) }
    default:
      let seconds = try part(.long, of: [operand]).map(operand, Int64.self, to: Int64.self) {
        $0.floorQuotient(microsecondsPerSecond)
      } orThrow: { _ in
        overflow
      }
      return type == .long ? seconds : try castNumber(datum(seconds, [operand]))
    }
  }

  private func castToTimestamp(_ operand: Datum) throws -> Column {
    let source = operand.type
    switch source {
    case .float:
      return try castSeconds(operand, Float.self) { Double($0) }
    case .double:
      return try castSeconds(operand, Double.self) { $0 }
    case .decimal(_, let scale):
      return try map(operand, Int128.self, to: Int64.self) { value in
        // Digits past the microseconds are cut, as in Spark.
        scale > 6
          ? Int64(exactly: value / DecimalValue.powersOfTen[scale - 6])
          : DecimalValue.rescale(value, from: scale, to: 6).flatMap { Int64(exactly: $0) }
      } orThrow: {
        invalid(DecimalValue.format($0, scale: scale), source)
      }
    default:
      let seconds = datum(
        source == .long ? operand.column : try part(.long, of: [operand]).castNumber(operand),
        [operand])
      return try map(seconds, Int64.self, to: Int64.self) { value in
        let (time, overflow) = value.multipliedReportingOverflow(by: microsecondsPerSecond)
        return overflow ? nil : time
      } orThrow: {
        invalid("\($0)", source)
      }
    }
  }

  @inline(__always)
  private func castSeconds<T: BitwiseCopyable>(
    _ operand: Datum, _: T.Type, _ seconds: (T) -> Double
  ) throws -> Column {
    try map(operand, T.self, to: Int64.self) { value in
      let microseconds = (seconds(value) * 1e6).rounded(.towardZero)
      return Int64(exactly: microseconds)
    } orThrow: {
      invalid("\($0)", operand.type)
    }
  }

  // MARK: Lists

  /// Lists keep their shape: only their elements are cast.
  private func castList(_ operand: Datum) throws -> Column {
    guard case .list(let element) = type else { throw unsupported(type) }
    let list = operand.column
    let elements = list.elements
    let call = KernelCall(
      expression: BoundExpression(expression.kind, element), columnNames: columnNames,
      rowCount: elements.length, mode: mode, isConstant: false)
    let cast =
      elements.length == 0 ? try Column(element, []) : try call.cast(.column(elements))
    return list.replacingElements(cast, type: type)
  }
}
