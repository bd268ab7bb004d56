import Columnar
import Plan

// The percentiles, by how their values are read and what is made of the sorted ones. Doubles are sorted by their words:
// those order NaN too.

/// `percentile_approx` of types that fit a word; exact here.
final class WordPercentileAccumulator: RowsAggregateAccumulator {
  let aggregate: Aggregate
  private var percentiles: Percentiles

  init(_ aggregate: Aggregate, _ type: DataType, _ fractions: [Double], isList: Bool) {
    self.aggregate = aggregate
    percentiles = Percentiles(type, fractions, isList: isList)
  }

  var byteCount: Int { percentiles.byteCount }

  func grow(to groupCount: Int) { percentiles.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try percentiles.append(argument(of: rows), groups: groups)
  }

  func reset() { percentiles.reset() }

  func finish() throws -> [Column] {
    [
      try percentiles.finish(aggregate.type) { column in
        column.withOrderedWords { Array($0) }
      } append: { builder, sorted, fraction in
        let index = Percentiles.index(of: fraction, count: sorted.count)
        builder.append(orderedWord: sorted[index])
      }
    ]
  }
}

/// `percentile_approx` of decimals; exact here.
final class DecimalPercentileAccumulator: RowsAggregateAccumulator {
  let aggregate: Aggregate
  private var percentiles: Percentiles

  init(_ aggregate: Aggregate, _ type: DataType, _ fractions: [Double], isList: Bool) {
    self.aggregate = aggregate
    percentiles = Percentiles(type, fractions, isList: isList)
  }

  var byteCount: Int { percentiles.byteCount }

  func grow(to groupCount: Int) { percentiles.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try percentiles.append(argument(of: rows), groups: groups)
  }

  func reset() { percentiles.reset() }

  func finish() throws -> [Column] {
    [
      try percentiles.finish(aggregate.type) { column in
        withExtendedLifetime(column) {
          let values = column.unscaledDecimals
          return (0..<column.length).map { values[$0] }
        }
      } append: { builder, sorted, fraction in
        builder.append(unscaled: sorted[Percentiles.index(of: fraction, count: sorted.count)])
      }
    ]
  }
}

/// `percentile` (and `median`): interpolated, as doubles.
final class InterpolatedPercentileAccumulator: RowsAggregateAccumulator {
  let aggregate: Aggregate
  private var percentiles: Percentiles

  init(_ aggregate: Aggregate, _ fractions: [Double], isList: Bool) {
    self.aggregate = aggregate
    percentiles = Percentiles(.double, fractions, isList: isList)
  }

  var byteCount: Int { percentiles.byteCount }

  func grow(to groupCount: Int) { percentiles.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try percentiles.append(argument(of: rows), groups: groups)
  }

  func reset() { percentiles.reset() }

  func finish() throws -> [Column] {
    [
      try percentiles.finish(aggregate.type) { column in
        column.withOrderedWords { Array($0) }
      } append: { builder, sorted, fraction in
        builder.append(value: Percentiles.interpolated(sorted, fraction))
      }
    ]
  }
}
