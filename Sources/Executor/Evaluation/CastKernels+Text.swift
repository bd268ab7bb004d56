import Columnar
import Plan

// Casts to text print as Spark does; casts from text skip space around a value and take nothing but a value.

extension KernelCall {
  func castToText(_ operand: Datum) throws -> Column {
    switch operand.type {
    case .boolean:
      let column = operand.column
      return try buildTexts([operand]) { row, builder in
        try builder.append(column.booleans[operand.isScalar ? 0 : row] ? "true" : "false")
      }
    case .byte: return try writeIntegers(operand, Int8.self)
    case .short: return try writeIntegers(operand, Int16.self)
    case .integer: return try writeIntegers(operand, Int32.self)
    case .long: return try writeIntegers(operand, Int64.self)
    case .float: return try writeTexts(operand, Float.self) { formatFloatingPoint($0) }
    case .double: return try writeTexts(operand, Double.self) { formatFloatingPoint($0) }
    case .date: return try writeTexts(operand, Int32.self) { formatDate($0) }
    case .timestamp: return try writeTexts(operand, Int64.self) { formatTimestamp($0) }
    case .decimal(_, let scale):
      return try writeTexts(operand, Int128.self) { DecimalValue.format($0, scale: scale) }
    case .binary:
      let texts = Texts(operand)
      return try buildTexts([operand]) { row, builder in
        // Bytes that are no UTF-8 become the replacement character: a string holds text.
        try builder.append(String(decoding: texts[row], as: UTF8.self))
      }
    default: throw unsupported(operand.type)
    }
  }

  @inline(__always)
  private func writeTexts<A: BitwiseCopyable>(
    _ operand: Datum, _: A.Type, _ body: (A) -> String
  ) throws -> Column {
    let values = Values<A>(operand)
    return try buildTexts([operand]) { row, builder in try builder.append(body(values[row])) }
  }

  /// The classes of a training often are integers: a `String` of each took most of the time.
  private func writeIntegers<A: FixedWidthInteger & BitwiseCopyable>(
    _ operand: Datum, _: A.Type
  ) throws -> Column {
    let values = Values<A>(operand)
    // As many as the digits of any of 64 bits and a sign.
    return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { memory in
      try buildTexts([operand]) { row, builder in
        let value = values[row]
        var start = memory.count
        var rest = value.magnitude
        repeat {
          let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
          start &-= 1
          memory[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
          rest = quotient
        } while rest != 0
        if value < 0 {
          start &-= 1
          memory[start] = UInt8(ascii: "-")
        }
        try builder.append(bytes: UnsafeBufferPointer(rebasing: memory[start...]))
      }
    }
  }

  func castFromText(_ operand: Datum) throws -> Column {
    switch type {
    case .boolean: return try readBooleans(operand)
    case .byte: return try readNumbers(operand, to: Int8.self) { parseInteger($0) }
    case .short: return try readNumbers(operand, to: Int16.self) { parseInteger($0) }
    case .integer: return try readNumbers(operand, to: Int32.self) { parseInteger($0) }
    case .long: return try readNumbers(operand, to: Int64.self) { parseInteger($0) }
    case .float: return try readNumbers(operand, to: Float.self) { parseFloat($0) }
    case .double: return try readNumbers(operand, to: Double.self) { parseDouble($0) }
    case .date: return try readNumbers(operand, to: Int32.self) { parseDate($0) }
    case .timestamp: return try readNumbers(operand, to: Int64.self) { parseTimestamp($0) }
    case .decimal(let precision, let scale):
      return try readNumbers(operand, to: Int128.self) { bytes in
        parseDecimal(bytes)
          .flatMap { DecimalValue.rescale($0.unscaled, from: $0.scale, to: scale) }
          .flatMap { DecimalValue.fits($0, precision: precision) ? $0 : nil }
      }
    case .binary: return try arrow("cast", [operand], .cast)
    default: throw unsupported(type)
    }
  }

  @inline(__always)
  private func readNumbers<R: BitwiseCopyable>(
    _ operand: Datum, to _: R.Type, _ body: (UnsafeBufferPointer<UInt8>) -> R?
  ) throws -> Column {
    try readTexts(operand, to: R.self, body) { invalid($0, .string) }
  }

  /// A value of fixed width from each text; nil from the body is a text that is none.
  @inline(__always)
  func readTexts<R: BitwiseCopyable>(
    _ operand: Datum, to _: R.Type, _ body: (UnsafeBufferPointer<UInt8>) -> R?,
    orThrow error: (String) -> EvaluationError
  ) throws -> Column {
    let memory = memory(for: [operand])
    let texts = Texts(operand)
    let nulls = NullRows([operand])
    try withExtendedLifetime(operand) {
      for row in 0..<rowCount {
        let place = memory.values + row &* MemoryLayout<R>.stride
        if !nulls.contains(row), let value = body(texts[row]) {
          place.storeBytes(of: value, as: R.self)
          continue
        }
        place.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<R>.stride)
        if nulls.contains(row) { continue }
        if mode == .ansi { throw error(String(decoding: texts[row], as: UTF8.self)) }
        memory.setNull(row)
      }
    }
    return memory.finish()
  }

  private func readBooleans(_ operand: Datum) throws -> Column {
    let memory = memory(for: [operand])
    let texts = Texts(operand)
    let nulls = NullRows([operand])
    try withExtendedLifetime(operand) {
      for row in 0..<rowCount where !nulls.contains(row) {
        if let value = parseBoolean(texts[row]) {
          if value { memory.setBit(row) }
        } else if mode == .ansi {
          throw invalid(String(decoding: texts[row], as: UTF8.self), .string)
        } else {
          memory.setNull(row)
        }
      }
    }
    return memory.finish()
  }
}

/// `t`, `true`, `y`, `yes`, `1` and their opposites, in any case.
private func parseBoolean(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
  let range = trimmedRange(of: bytes)
  // "false" is the longest.
  guard range.count <= 5 else { return nil }
  switch String(decoding: bytes[range], as: UTF8.self).lowercased() {
  case "t", "true", "y", "yes", "1": return true
  case "f", "false", "n", "no", "0": return false
  default: return nil
  }
}
