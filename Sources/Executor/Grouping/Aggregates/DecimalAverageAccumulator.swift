import Columnar
import Plan

/// `avg` of decimals: exact, then rounded half away from zero to the scale of the result.
final class DecimalAverageAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private let scale: Int
  private var sums: ExactSums

  /// `scale` is that of the argument.
  init(_ aggregate: Aggregate, scale: Int) {
    self.aggregate = aggregate
    self.scale = scale
    sums = ExactSums(aggregate.function, scale: scale)
  }

  var stateFields: [Field] { sums.stateFields }

  var byteCount: Int { sums.byteCount }

  func grow(to groupCount: Int) { sums.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try sums.add(argument(of: rows), groups: groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    try sums.merge(states, groups: groups)
  }

  func states() throws -> [Column] { try sums.states() }

  func reset() { sums.reset() }

  func finish() throws -> [Column] {
    let digits = (aggregate.type.decimalScale ?? scale) - scale
    let factor = Int128.powerOfTen(abs(digits)) ?? 1
    return [
      try sums.column(aggregate.type) { sum, count in
        // A result of a smaller scale than the argument's divides by that much more.
        digits >= 0
          ? Self.quotient(sum, Int128(count), factor)
          : Self.quotient(sum, Int128(count).multipliedOrNil(by: factor), 1)
      }
    ]
  }

  /// sum * factor / count, rounded half away from zero; nil when it does not fit.
  private static func quotient(_ sum: Int128, _ count: Int128?, _ factor: Int128) -> Int128? {
    guard let count else { return nil }
    let (whole, rest) = sum.quotientAndRemainder(dividingBy: count)
    guard let scaledWhole = whole.multipliedOrNil(by: factor),
      let scaledRest = rest.multipliedOrNil(by: factor)
    else { return nil }
    let (fraction, last) = scaledRest.quotientAndRemainder(dividingBy: count)
    let rounding: Int128 = last.magnitude >= count.magnitude - last.magnitude ? sum.signum() : 0
    let (result, overflow) = scaledWhole.addingReportingOverflow(fraction + rounding)
    return overflow ? nil : result
  }
}

extension DataType {
  var decimalScale: Int? {
    if case .decimal(_, let scale) = self { scale } else { nil }
  }
}

extension Int128 {
  fileprivate func multipliedOrNil(by other: Int128) -> Int128? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}
