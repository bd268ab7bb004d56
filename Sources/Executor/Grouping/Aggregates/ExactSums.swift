import Columnar
import Plan

/// The exact sum and the number of the values of each group, for longs and decimals.
///
/// Sums of longs cannot overflow 128 bits, so whether one fits its type does not depend on the order of the rows.
/// A sum of decimals that leaves 38 digits on its way is an overflow.
struct ExactSums {
  /// The sum in two words: an Int128 would align the slot to 32 bytes, a third of them unused.
  private struct Slot {
    private var low: UInt64 = 0
    private var high: Int64 = 0
    var count: Int64 = 0

    @inline(__always)
    var sum: Int128 {
      get { Int128(high) << 64 | Int128(low) }
      set {
        low = UInt64(truncatingIfNeeded: newValue)
        high = Int64(truncatingIfNeeded: newValue >> 64)
      }
    }
  }

  private let function: AggregateFunction
  private let sumType: DataType
  private var slots: [Slot] = []

  /// For sums of a decimal's scale, or of longs with scale 0.
  init(_ function: AggregateFunction, scale: Int) {
    self.function = function
    sumType = .decimal(precision: 38, scale: scale)
  }

  var stateFields: [Field] { [Field("sum", sumType), Field("count", .long)] }

  var byteCount: Int { MemoryLayout<Slot>.stride * slots.capacity }

  mutating func grow(to groupCount: Int) {
    slots.append(contentsOf: repeatElement(Slot(), count: groupCount - slots.count))
  }

  mutating func add(
    _ column: Column, groups: UnsafeBufferPointer<Int32>
  ) throws(AggregateError) {
    if column.type.isDecimal {
      try add(decimals: column, counts: nil, groups: groups)
    } else {
      add(longs: column, groups: groups)
    }
  }

  mutating func merge(
    _ states: [Column], groups: UnsafeBufferPointer<Int32>
  ) throws(AggregateError) {
    try add(decimals: states[0], counts: states[1], groups: groups)
  }

  private mutating func add(longs column: Column, groups: UnsafeBufferPointer<Int32>) {
    slots.withUnsafeMutableBufferPointer { slots in
      column.withValues(as: Int64.self) { values in
        forEachPresentRow(groups.count, column.validity) { row in
          let group = Int(groups[row])
          slots[group].sum &+= Int128(values[row])
          slots[group].count &+= 1
        }
      }
    }
  }

  /// Adds decimals that each stand for as many values as `counts` says, or for one.
  private mutating func add(
    decimals column: Column, counts: Column?, groups: UnsafeBufferPointer<Int32>
  ) throws(AggregateError) {
    let overflowing: Int? = slots.withUnsafeMutableBufferPointer { slots in
      withExtendedLifetime((column, counts)) {
        let values = column.unscaledDecimals
        let validity = column.validity
        let counts = counts?.pointer(as: Int64.self)
        for row in 0..<groups.count where validity.map({ $0[row] }) ?? true {
          let group = Int(groups[row])
          let (sum, overflow) = slots[group].sum.addingReportingOverflow(values[row])
          if overflow { return group }
          slots[group].sum = sum
          slots[group].count &+= counts?[row] ?? 1
        }
        return nil
      }
    }
    if let overflowing { throw .overflow(function, sumType, group: overflowing) }
  }

  func states() throws(AggregateError) -> [Column] {
    let bounds = sumType.unscaledBounds
    if let group = slots.firstIndex(where: { !bounds.contains($0.sum) }) {
      throw .overflow(function, sumType, group: group)
    }
    return [
      Column(sumType, values: slots.lazy.map(\.sum)),
      Column(.long, values: slots.lazy.map(\.count)),
    ]
  }

  mutating func reset() {
    slots.removeAll(keepingCapacity: true)
  }

  /// `result` of each group's sum and count as a column of `type` (long or decimal), null for groups without values.
  /// A result that is nil or does not fit the type is an overflow.
  @inline(__always)
  func column(
    _ type: DataType, _ result: (_ sum: Int128, _ count: Int64) -> Int128?
  ) throws(AggregateError) -> Column {
    let bounds = type.unscaledBounds
    var results: [Int128?] = []
    results.reserveCapacity(slots.count)
    for (group, slot) in slots.enumerated() {
      if slot.count == 0 {
        results.append(nil)
        continue
      }
      guard let value = result(slot.sum, slot.count), bounds.contains(value) else {
        throw .overflow(function, type, group: group)
      }
      results.append(value)
    }
    if type.isDecimal { return Column(type, nullable: results) }
    return Column(type, nullable: results.lazy.map { $0.map(Int64.init(truncatingIfNeeded:)) })
  }
}

extension DataType {
  /// The unscaled values that a long or a decimal of this type holds.
  fileprivate var unscaledBounds: Range<Int128> {
    if case .decimal(let precision, _) = self {
      // No value for a precision that no decimal has.
      return Int128.powerOfTen(precision).map { 1 - $0..<$0 } ?? 0..<0
    }
    return Int128(Int64.min)..<Int128(Int64.max) + 1
  }
}

extension Int128 {
  /// Ten to the power of 0...38; nil beyond.
  static func powerOfTen(_ exponent: Int) -> Int128? {
    guard (0...38).contains(exponent) else { return nil }
    return (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
