import Columnar
import Plan

/// `min` and `max` of types that fit a word. NaN is the largest value; -0.0 comes out as 0.0.
///
/// The word of a group says by itself whether there was a value, but for the longs that equal `unset`: so the loop over
/// rows touches one word a group, and stores it always instead of guessing whether the value is a new extreme
/// (`group_by` with `aggregate` in `make bench`).
final class WordExtremeAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private let type: DataType
  private let isMaximum: Bool
  /// What any value replaces or equals.
  private let unset: Int64
  /// The extreme of each group by the order of `withOrderedWords`.
  private var words: [Int64] = []
  /// The groups with a value that equals `unset`; those past the end have none.
  private var hasUnsetValue: [Bool] = []

  init(_ aggregate: Aggregate, _ type: DataType) {
    self.aggregate = aggregate
    self.type = type
    isMaximum = aggregate.function == .max
    unset = isMaximum ? .min : .max
  }

  var stateFields: [Field] { [Field("extreme", type)] }

  var byteCount: Int { 8 * words.capacity + hasUnsetValue.capacity }

  func grow(to groupCount: Int) {
    words.append(contentsOf: repeatElement(unset, count: groupCount - words.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    take(argument(of: rows), groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    take(states[0], groups)
  }

  private func take(_ column: Column, _ groups: UnsafeBufferPointer<Int32>) {
    if column.type == .double {
      // Word by word, without a copy of the column.
      column.withValues(as: Double.self) { values in
        take(values, column.validity, groups) { OrderedWord.word(of: $0) }
      }
    } else {
      column.withOrderedWords { values in
        take(values, column.validity, groups) { $0 }
      }
    }
  }

  @inline(__always)
  private func take<Value>(
    _ values: UnsafeBufferPointer<Value>, _ validity: Bitmap?,
    _ groups: UnsafeBufferPointer<Int32>, word: (Value) -> Int64
  ) {
    let unset = unset
    var seesUnset = false
    words.withUnsafeMutableBufferPointer { words in
      if isMaximum {
        forEachPresentRow(groups.count, validity) { row in
          let group = Int(groups[row])
          let value = word(values[row])
          words[group] = max(words[group], value)
          seesUnset = seesUnset || value == unset
        }
      } else {
        forEachPresentRow(groups.count, validity) { row in
          let group = Int(groups[row])
          let value = word(values[row])
          words[group] = min(words[group], value)
          seesUnset = seesUnset || value == unset
        }
      }
    }
    if !seesUnset { return }
    hasUnsetValue.append(
      contentsOf: repeatElement(false, count: words.count - hasUnsetValue.count))
    hasUnsetValue.withUnsafeMutableBufferPointer { hasUnsetValue in
      forEachPresentRow(groups.count, validity) { row in
        if word(values[row]) == unset { hasUnsetValue[Int(groups[row])] = true }
      }
    }
  }

  func states() -> [Column] {
    var isPresent = words.map { $0 != unset }
    for (group, hasValue) in hasUnsetValue.enumerated() where hasValue { isPresent[group] = true }
    return [Column(type, orderedWords: words, isPresent: isPresent)]
  }

  func reset() {
    words.removeAll(keepingCapacity: true)
    hasUnsetValue.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] { states() }
}
