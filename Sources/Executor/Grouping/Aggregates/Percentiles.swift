import Columnar

/// The values of each group, to be sorted at the end, and the ranks that fractions of them have.
struct Percentiles {
  private let type: DataType
  private let fractions: [Double]
  private let isList: Bool
  private var rows: GroupedRows
  private var groupCount = 0

  /// Values are collected in columns of `type`; with `isList` a result has one element a fraction.
  init(_ type: DataType, _ fractions: [Double], isList: Bool) {
    self.type = type
    self.fractions = fractions
    self.isList = isList
    rows = GroupedRows(types: [type])
  }

  var byteCount: Int { rows.byteCount }

  mutating func grow(to groupCount: Int) { self.groupCount = groupCount }

  /// Takes the values of `column` that are not null.
  mutating func append(
    _ column: Column, groups: UnsafeBufferPointer<Int32>
  ) throws(ColumnTooLarge) {
    guard column.nullCount > 0 else {
      rows.append([column], groups: groups)
      return
    }
    var locations: [RowLocation] = []
    var validGroups: [Int32] = []
    for row in 0..<groups.count where !column.isNull(row) {
      locations.append(RowLocation(chunk: 0, row: Int32(truncatingIfNeeded: row)))
      validGroups.append(groups[row])
    }
    let values = try Column.gathering([column], at: locations[...])
    validGroups.withUnsafeBufferPointer { rows.append([values], groups: $0) }
  }

  mutating func reset() {
    rows = GroupedRows(types: [type])
    groupCount = 0
  }

  /// A column of `type` (or of lists of it) with `result` of each fraction and group, null for groups without values.
  ///
  /// `values` reads the collected column, in which groups are contiguous; each group is then sorted in place.
  mutating func finish<Value: Comparable>(
    _ type: DataType, values: (Column) -> [Value],
    append: (ColumnBuilder, _ sorted: UnsafeBufferPointer<Value>, _ fraction: Double) -> Void
  ) throws -> Column {
    let laid = try rows.finish(groupCount: groupCount)
    var values = values(laid.columns[0])
    let builder = ColumnBuilder(type, capacity: groupCount)
    try values.withUnsafeMutableBufferPointer { values in
      for group in 0..<groupCount {
        let range = laid.offsets[group]..<laid.offsets[group + 1]
        if range.isEmpty {
          builder.appendNull()
          continue
        }
        var sorted = UnsafeMutableBufferPointer(rebasing: values[range])
        sorted.sort()
        for fraction in fractions {
          append(isList ? builder.elementBuilder : builder, UnsafeBufferPointer(sorted), fraction)
        }
        if isList { try builder.finishList() }
      }
    }
    return builder.finish()
  }

  /// The index of the smallest of `count` sorted values whose rank reaches the fraction: Spark's
  /// `percentile_approx` with unlimited accuracy.
  static func index(of fraction: Double, count: Int) -> Int {
    let rank = (fraction * Double(count)).rounded(.up)
    return min(max((Int(exactly: rank) ?? count) - 1, 0), count - 1)
  }

  /// The value at the fraction of the way through the sorted values, interpolated between two neighbours:
  /// Spark's `percentile`, from the ordered words of doubles.
  static func interpolated(_ sorted: UnsafeBufferPointer<Int64>, _ fraction: Double) -> Double {
    let position = min(max(fraction, 0), 1) * Double(sorted.count - 1)
    let lower = Int(exactly: position.rounded(.down)) ?? 0
    let low = OrderedWord.double(sorted[lower])
    let share = position - Double(lower)
    if share == 0 { return low }
    let high = OrderedWord.double(sorted[lower + 1])
    return low == high ? low : (1 - share) * low + share * high
  }
}
