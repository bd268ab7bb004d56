import Columnar
import Plan

/// `min` and `max` of types that fit a word. NaN is the largest value; -0.0 comes out as 0.0.
final class WordExtremeAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private let type: DataType
  private let isMaximum: Bool
  /// The extreme of each group by the order of `withOrderedWords`; of no meaning before the first value.
  private var words: [Int64] = []
  private var isPresent: [Bool] = []

  init(_ aggregate: Aggregate, _ type: DataType) {
    self.aggregate = aggregate
    self.type = type
    isMaximum = aggregate.function == .max
  }

  var stateFields: [Field] { [Field("extreme", type)] }

  var byteCount: Int { 8 * words.capacity + isPresent.capacity }

  func grow(to groupCount: Int) {
    let count = groupCount - words.count
    // What any value replaces or equals.
    words.append(contentsOf: repeatElement(isMaximum ? .min : .max, count: count))
    isPresent.append(contentsOf: repeatElement(false, count: count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    take(argument(of: rows), groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    take(states[0], groups)
  }

  private func take(_ column: Column, _ groups: UnsafeBufferPointer<Int32>) {
    column.withOrderedWords { values in
      if isMaximum {
        take(values, column.validity, groups) { $0 > $1 }
      } else {
        take(values, column.validity, groups) { $0 < $1 }
      }
    }
  }

  @inline(__always)
  private func take(
    _ values: UnsafeBufferPointer<Int64>, _ validity: Bitmap?,
    _ groups: UnsafeBufferPointer<Int32>, isBetter: (Int64, Int64) -> Bool
  ) {
    words.withUnsafeMutableBufferPointer { words in
      isPresent.withUnsafeMutableBufferPointer { isPresent in
        for row in 0..<groups.count where validity.map({ $0[row] }) ?? true {
          let group = Int(groups[row])
          let value = values[row]
          if isBetter(value, words[group]) { words[group] = value }
          isPresent[group] = true
        }
      }
    }
  }

  func states() -> [Column] {
    let builder = ColumnBuilder(type, capacity: words.count)
    for (word, isPresent) in zip(words, isPresent) {
      if isPresent { builder.append(orderedWord: word) } else { builder.appendNull() }
    }
    return [builder.finish()]
  }

  func reset() {
    words.removeAll(keepingCapacity: true)
    isPresent.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] { states() }
}
