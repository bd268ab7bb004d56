import Columnar
import Plan

/// `sum` and `avg` of doubles, added in the order in which they come.
final class DoubleSumAccumulator: AggregateAccumulator {
  /// Side by side, since both are touched for each row.
  private struct Slot {
    var sum = 0.0
    var count: Int64 = 0
  }

  let aggregate: Aggregate
  let stateFields = [Field("sum", .double), Field("count", .long)]
  private var slots: [Slot] = []

  init(_ aggregate: Aggregate) {
    self.aggregate = aggregate
  }

  var byteCount: Int { MemoryLayout<Slot>.stride * slots.capacity }

  func grow(to groupCount: Int) {
    slots.append(contentsOf: repeatElement(Slot(), count: groupCount - slots.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    let column = argument(of: rows)
    slots.withUnsafeMutableBufferPointer { slots in
      column.withValues(as: Double.self) { values in
        forEachPresentRow(groups.count, column.validity) { row in
          let group = Int(groups[row])
          slots[group].sum += values[row]
          slots[group].count &+= 1
        }
      }
    }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    slots.withUnsafeMutableBufferPointer { slots in
      states[0].withValues(as: Double.self) { sums in
        states[1].withValues(as: Int64.self) { counts in
          for row in 0..<groups.count {
            let group = Int(groups[row])
            slots[group].sum += sums[row]
            slots[group].count &+= counts[row]
          }
        }
      }
    }
  }

  func states() -> [Column] {
    [
      Column(.double, values: slots.lazy.map(\.sum)),
      Column(.long, values: slots.lazy.map(\.count)),
    ]
  }

  func reset() {
    slots.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] {
    let isAverage = aggregate.function == .avg
    let results = slots.lazy.map { slot -> Double? in
      if slot.count == 0 { return nil }
      return isAverage ? slot.sum / Double(slot.count) : slot.sum
    }
    return [Column(.double, nullable: results)]
  }
}
