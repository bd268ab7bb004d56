import Columnar

/// Numbers the texts of one column of categories or classes, in the order in which they come, and those of one group after the
/// other by their own order, so that what a group learns depends on its rows alone.
///
/// Belongs to one task and one thread.
struct CategoryCodes {
  private let table = GroupTable(keyTypes: [.string])
  /// The text of each number.
  private(set) var texts: [String] = []
  /// The place of each number among all texts in their order.
  private var ranks: [Int32] = []
  /// For each number its code in the group at hand; valid where `stamps` says that group.
  private var codes: [Int32] = []
  private var stamps: [Int32] = []
  private var stamp: Int32 = 0
  /// The numbers of the group at hand, by their codes.
  private(set) var present: [Int32] = []

  /// With the texts, which are there a second time.
  var byteCount: Int { 2 * table.byteCount + 16 * (texts.capacity + codes.capacity) }

  /// The number of each text as a double, NaN for null.
  func numbers(of column: Column) -> Column { table.numbers(of: column) }

  /// Looks at all texts that came. Before the groups are numbered. O(texts log texts).
  mutating func sort() throws(ColumnTooLarge) {
    let keys = try table.keys()[0]
    texts = (0..<keys.length).map { index in
      if case .string(let text) = keys[index] { text } else { "" }
    }
    ranks = Array(repeating: 0, count: texts.count)
    let isThere = (0..<keys.length).filter { !keys.isNull($0) }
    for (rank, number) in Self.order(isThere, texts).enumerated() {
      ranks[number] = Int32(truncatingIfNeeded: rank)
    }
    codes = Array(repeating: 0, count: texts.count)
    stamps = Array(repeating: 0, count: texts.count)
    stamp = 0
  }

  /// Numbers by their value and before other texts, which stand by their bytes: of two texts the order is the same whatever
  /// others there are.
  private static func order(_ numbers: [Int], _ texts: [String]) -> [Int] {
    let values = texts.map { Double($0) ?? .infinity }
    return numbers.sorted { one, other in
      if values[one] != values[other] { return values[one] < values[other] }
      return texts[one].utf8.lexicographicallyPrecedes(texts[other].utf8)
    }
  }

  /// Begins a group whose codes 0, 1, ... are those numbers among `values` in their order. O(rows + codes log codes).
  mutating func begin(_ values: UnsafeBufferPointer<Double>) {
    stamp += 1
    present.removeAll(keepingCapacity: true)
    collect(values, from: 0)
  }

  /// Gives further codes to numbers that the group does not have yet, in their order.
  mutating func extend(_ values: UnsafeBufferPointer<Double>) {
    collect(values, from: present.count)
  }

  private mutating func collect(_ values: UnsafeBufferPointer<Double>, from first: Int) {
    for value in values {
      guard let number = index(value), stamps[number] != stamp else { continue }
      stamps[number] = stamp
      present.append(Int32(truncatingIfNeeded: number))
    }
    let ranks = ranks
    present[first...].sort { ranks[Int($0)] < ranks[Int($1)] }
    for code in first..<present.count {
      codes[Int(present[code])] = Int32(truncatingIfNeeded: code)
    }
  }

  /// The code of each number in the group at hand: -1 for one that it does not have, NaN for null.
  func write(
    _ values: UnsafeBufferPointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    for (row, value) in values.enumerated() {
      guard let number = index(value) else {
        target[row] = .nan
        continue
      }
      target[row] = stamps[number] == stamp ? Double(codes[number]) : -1
    }
  }

  /// The texts of the group at hand, by their codes.
  var presentTexts: [String] { present.map { texts[Int($0)] } }

  @inline(__always)
  private func index(_ value: Double) -> Int? {
    guard let number = Int(exactly: value), codes.indices.contains(number) else { return nil }
    return number
  }

  mutating func reset() {
    table.reset()
    texts = []
    present = []
  }
}
