/// The index of several keys: each column is numbered by itself, and a pair of numbers is a key of one word.
///
/// More than two columns are a chain of pairs: the numbers of all before, and those of the next.
final class SeveralKeysIndex: KeyIndex {
  private let columns: [any KeyIndex]
  /// Number i is that of the pairs that columns `0...i` and column `i + 1` make.
  private var pairs: [WordNumbering]
  /// The numbers of one column, for use in `assign`.
  private var numbers: [Int32] = []

  /// `columns` are the indices of the columns, at least two.
  init(_ columns: [any KeyIndex]) {
    precondition(columns.count > 1)
    self.columns = columns
    pairs = columns.dropFirst().map { _ in WordNumbering() }
  }

  var count: Int { pairs[pairs.count - 1].count }

  var byteCount: Int {
    columns.reduce(4 * numbers.capacity) { $0 + $1.byteCount }
      + pairs.reduce(0) { $0 + $1.byteCount }
  }

  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    let most = GroupTable.maximumGroupCount
    numbers.append(
      contentsOf: repeatElement(0, count: max(0, groups.count - numbers.count)))
    return numbers.withUnsafeMutableBufferPointer { numbers in
      var rows = columns[0].assign([keys[0]], to: groups, limit: most)
      for index in pairs.indices {
        rows = columns[index + 1].assign(
          [keys[index + 1].slice(0..<rows)],
          to: UnsafeMutableBufferPointer(rebasing: numbers[..<rows]), limit: most)
        let firsts = UnsafeMutableBufferPointer(rebasing: groups[..<rows])
        guard let first = firsts.baseAddress, let second = numbers.baseAddress else { return 0 }
        let limit = index == pairs.count - 1 ? limit : most
        let source = PairSource(first: first, second: second)
        let firstCount = index == 0 ? columns[0].count : pairs[index - 1].count
        if rows >= PlaceLayout.leastRows,
          let placed = PlacedPairSource(
            source, firstCount: firstCount, secondCount: columns[index + 1].count)
        {
          rows = pairs[index].assign(placed: placed, to: firsts, limit: limit)
        } else {
          rows = pairs[index].assign(source, to: firsts, limit: limit)
        }
      }
      return rows
    }
  }

  func keys() throws(ColumnTooLarge) -> [Column] {
    var columnsFromLast: [Column] = []
    var groups = (0..<Int32(truncatingIfNeeded: count)).map { $0 }
    for index in columns.indices.reversed() {
      var own = groups
      if index > 0 {
        pairs[index - 1].withWords { words in
          for row in groups.indices {
            let word = words[Int(groups[row])]
            groups[row] = PairSource.first(of: word)
            own[row] = PairSource.second(of: word)
          }
        }
      }
      let locations = own.map { RowLocation(chunk: 0, row: $0) }
      columnsFromLast.append(
        try Column.gathering(try columns[index].keys(), at: locations[...]))
    }
    return columnsFromLast.reversed()
  }

  func reset() {
    for column in columns { column.reset() }
    for index in pairs.indices { pairs[index].reset() }
  }
}

/// Two numbers a row as one word.
private struct PairSource: WordSource {
  let first: UnsafePointer<Int32>
  let second: UnsafePointer<Int32>

  init(first: UnsafeMutablePointer<Int32>, second: UnsafeMutablePointer<Int32>) {
    self.first = UnsafePointer(first)
    self.second = UnsafePointer(second)
  }

  @inline(__always)
  func word(_ row: Int) -> UInt64 {
    UInt64(UInt32(bitPattern: first[row])) &<< 32 | UInt64(UInt32(bitPattern: second[row]))
  }

  static func first(of word: UInt64) -> Int32 { Int32(truncatingIfNeeded: word &>> 32) }

  static func second(of word: UInt64) -> Int32 { Int32(truncatingIfNeeded: word) }
}

/// Pairs of which few are possible.
private struct PlacedPairSource: PlacedWordSource {
  private let pairs: PairSource
  private let stride: Int
  let layout: PlaceLayout

  /// Nil when there are too many. Numbers lie in 0..<count.
  init?(_ pairs: PairSource, firstCount: Int, secondCount: Int) {
    // Powers of two, so that the layout seldom changes while numbers are added.
    let stride = secondCount.roundedUpToPowerOfTwo
    let (placeCount, overflow) = firstCount.roundedUpToPowerOfTwo
      .multipliedReportingOverflow(by: stride)
    guard !overflow, placeCount <= PlaceLayout.mostPlaces else { return nil }
    self.pairs = pairs
    self.stride = stride
    layout = PlaceLayout(origin: 0, stride: stride, placeCount: placeCount)
  }

  @inline(__always)
  func word(_ row: Int) -> UInt64 { pairs.word(row) }

  @inline(__always)
  func place(_ row: Int) -> Int { Int(pairs.first[row]) &* stride &+ Int(pairs.second[row]) }
}

extension Int {
  /// Of a count of at most 2^32.
  fileprivate var roundedUpToPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
