import Columnar
import Plan

// The loops over rows that the kernels share. Bodies give nil for a value that they cannot take: the row
// becomes null in try mode, else the whole call fails. They are inlined, so that a loop has no closure in it.

extension KernelCall {
  /// A result of fixed width from one argument.
  @inline(__always)
  func map<A: BitwiseCopyable, R: BitwiseCopyable>(
    _ argument: Datum, _: A.Type, to _: R.Type, _ body: (A) -> R?,
    orThrow error: (A) -> EvaluationError
  ) throws -> Column {
    let memory = memory(for: [argument])
    let values = Values(argument, as: A.self)
    try withExtendedLifetime(argument) {
      for row in 0..<rowCount {
        if !values.isValid(row) {
          store(nil as R?, row, memory)
        } else if let result = body(values[row]) {
          store(result, row, memory)
        } else {
          if mode == .ansi { throw error(values[row]) }
          store(nil as R?, row, memory)
          memory.setNull(row)
        }
      }
    }
    return memory.finish()
  }

  /// A result of fixed width from two arguments.
  @inline(__always)
  func map<A: BitwiseCopyable, B: BitwiseCopyable, R: BitwiseCopyable>(
    _ left: Datum, _: A.Type, _ right: Datum, _: B.Type, to _: R.Type, _ body: (A, B) -> R?,
    orThrow error: (A, B) -> EvaluationError
  ) throws -> Column {
    let memory = memory(for: [left, right])
    let lefts = Values(left, as: A.self)
    let rights = Values(right, as: B.self)
    let hasNulls = lefts.hasNulls || rights.hasNulls
    try withExtendedLifetime((left, right)) {
      for row in 0..<rowCount {
        if hasNulls, !lefts.isValid(row) || !rights.isValid(row) {
          store(nil as R?, row, memory)
        } else if let result = body(lefts[row], rights[row]) {
          store(result, row, memory)
        } else {
          if mode == .ansi { throw error(lefts[row], rights[row]) }
          store(nil as R?, row, memory)
          memory.setNull(row)
        }
      }
    }
    return memory.finish()
  }

  /// Booleans from two arguments of type double, by a test that every pair of values passes or not.
  @inline(__always)
  func test(_ left: Datum, _ right: Datum, _ body: (Double, Double) -> Bool) -> Column {
    let memory = memory(for: [left, right])
    let lefts = Values(left, as: Double.self)
    let rights = Values(right, as: Double.self)
    let bytes = memory.values.assumingMemoryBound(to: UInt8.self)
    withExtendedLifetime((left, right)) {
      // Eight at a time, without a branch, so that the compiler can keep them in vectors.
      let whole = rowCount & ~7
      for row in stride(from: 0, to: whole, by: 8) {
        var byte: UInt8 = 0
        for bit in 0..<8 {
          let isTrue = body(lefts[row &+ bit], rights[row &+ bit])
          byte |= (isTrue ? 1 : 0) &<< UInt8(truncatingIfNeeded: bit)
        }
        bytes[row &>> 3] = byte
      }
      for row in whole..<rowCount where body(lefts[row], rights[row]) { memory.setBit(row) }
    }
    return memory.finish()
  }

  /// Memory for the result, null where an argument is null.
  func memory(for arguments: [Datum]) -> ColumnMemory {
    let memory = ColumnMemory(type, length: rowCount)
    for argument in arguments {
      if !argument.isScalar {
        memory.addNulls(of: argument.column)
      } else if argument.isNullScalar {
        for row in 0..<rowCount { memory.setNull(row) }
      }
    }
    return memory
  }

  /// Null rows hold zeros, so that equal columns have equal bytes.
  @inline(__always)
  private func store<R: BitwiseCopyable>(_ value: R?, _ row: Int, _ memory: ColumnMemory) {
    let place = memory.values + row &* MemoryLayout<R>.stride
    if let value {
      place.storeBytes(of: value, as: R.self)
    } else {
      place.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<R>.stride)
    }
  }
}
