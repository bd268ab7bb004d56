import Columnar
import Plan

/// `min` and `max` of decimals.
final class DecimalExtremeAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private let type: DataType
  private let isMaximum: Bool
  private var extremes: [Int128?] = []

  init(_ aggregate: Aggregate, _ type: DataType) {
    self.aggregate = aggregate
    self.type = type
    isMaximum = aggregate.function == .max
  }

  var stateFields: [Field] { [Field("extreme", type)] }

  var byteCount: Int { MemoryLayout<Int128?>.stride * extremes.capacity }

  func grow(to groupCount: Int) {
    extremes.append(contentsOf: repeatElement(nil, count: groupCount - extremes.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    take(argument(of: rows), groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    take(states[0], groups)
  }

  private func take(_ column: Column, _ groups: UnsafeBufferPointer<Int32>) {
    withExtendedLifetime(column) {
      let values = column.unscaledDecimals
      let validity = column.validity
      extremes.withUnsafeMutableBufferPointer { extremes in
        for row in 0..<groups.count where validity.map({ $0[row] }) ?? true {
          let group = Int(groups[row])
          let value = values[row]
          if let extreme = extremes[group], isMaximum ? extreme >= value : extreme <= value {
            continue
          }
          extremes[group] = value
        }
      }
    }
  }

  func states() -> [Column] {
    [Column(type, nullable: extremes)]
  }

  func reset() {
    extremes.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] { states() }
}
