import Columnar
import Testing

/// Keys that are easily taken for each other.
@Suite struct RowGroupKeyTests {
  /// The groups of rows whose keys are all distinct, and then of the same rows from the last to the first.
  private func expectDistinct(_ type: DataType, _ keys: [Scalar]) throws {
    let table = GroupTable(keyTypes: [type])
    _ = table.assign([try Column(type, keys)], rowCount: keys.count)
    #expect(table.groups == (0..<Int32(keys.count)).map { $0 }, "\(type)")
    _ = table.assign([try Column(type, keys.reversed())], rowCount: keys.count)
    #expect(table.groups == (0..<Int32(keys.count)).reversed().map { $0 }, "\(type)")
    #expect(try table.keys()[0].scalars.map(\.canonical) == keys.map(\.canonical))
  }

  @Test func stringsThatDifferInOneByteAreOtherKeys() throws {
    var keys: [Scalar] = [.string(""), .null]
    for length in 1...40 {
      keys.append(.string(String(repeating: "a", count: length)))
      for position in 0..<length {
        var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
        for byte in [UInt8(0), UInt8(ascii: "b")] {
          bytes[position] = byte
          keys.append(.string(String(decoding: bytes, as: UTF8.self)))
        }
      }
    }
    try expectDistinct(.string, keys)
  }

  @Test func wordsThatDifferInOneBitAreOtherKeys() throws {
    let bits = (0..<64).map { Int64(bitPattern: 1 << UInt64($0)) }
    let values = [0, -1, .max] + bits + bits.dropLast().map { ~$0 }.filter { $0 != -1 }
    try expectDistinct(.long, [.null] + values.map { .integer($0) })
    let unscaled = (0..<126).map { Int128(1) << Int128($0) }
    try expectDistinct(
      .decimal(precision: 38, scale: 0),
      [.decimal(unscaled: 0, scale: 0), .null]
        + unscaled.flatMap { value in
          [value, -value].map { .decimal(unscaled: $0, scale: 0) }
        })
    try expectDistinct(
      .double,
      [0, 1e308, -1e308, .infinity, -.infinity, .nan, .leastNonzeroMagnitude].map { .double($0) }
        + [.null])
  }

  @Test func aNullIsNoValueOfAnotherBatch() throws {
    let longs = GroupTable(keyTypes: [.long])
    _ = longs.assign([Column(longs: [nil, 1])], rowCount: 2)
    _ = longs.assign([Column(longs: [0, 1])], rowCount: 2)
    #expect(longs.groups == [2, 1])
    let strings = GroupTable(keyTypes: [.string])
    _ = strings.assign([try Column(strings: [nil, "a"])], rowCount: 2)
    _ = strings.assign([try Column(strings: ["", "a"])], rowCount: 2)
    #expect(strings.groups == [2, 1])
    _ = strings.assign([try Column(strings: ["a", nil, ""])], rowCount: 3)
    #expect(strings.groups == [1, 0, 2])
  }

  /// Numbers of pairs are words whose halves are small: the hardest case for the places of slots.
  @Test func manyPairsGrowTheTable() throws {
    let table = GroupTable(keyTypes: [.long, .string, .boolean])
    let count = 300
    for round in 0..<2 {
      for first in 0..<Int64(count) {
        let columns = [
          Column(longs: [Int64](repeating: first, count: 2 * count)),
          try Column(strings: (0..<2 * count).map { "b\($0 / 2)" }),
          try Column(.boolean, (0..<2 * count).map { .boolean($0 % 2 == 0) }),
        ]
        #expect(table.assign(columns, rowCount: 2 * count) == 2 * count)
        let start = Int32(first) * 2 * Int32(count)
        #expect(table.groups == (start..<start + 2 * Int32(count)).map { $0 }, "round \(round)")
      }
    }
    #expect(table.count == 2 * count * count)
    let keys = try table.keys()
    let last = 2 * count * 7 + 2 * 5 + 1
    #expect(keys.map { $0[last] } == [.integer(7), .string("b5"), .boolean(false)])
  }

  @Test func severalKeysStopAtTheFirstRowThatNeedsAGroupTooMany() throws {
    let table = GroupTable(keyTypes: [.long, .string, .long])
    let columns = [
      Column(longs: [1, 1, 1, 2, nil, 1, 3]),
      try Column(strings: ["a", "a", "b", "a", "a", nil, "c"]),
      Column(longs: [0, 0, 0, 0, 0, 0, 0]),
    ]
    #expect(table.assign(columns, rowCount: 7, limit: 4) == 5)
    #expect(table.groups == [0, 0, 1, 2, 3])
    #expect(table.assign(columns.map { $0.slice(5..<7) }, rowCount: 2, limit: 4) == 0)
    #expect(table.assign(columns.map { $0.slice(5..<7) }, rowCount: 2, limit: 6) == 2)
    #expect(table.groups == [4, 5])
    let keys = try table.keys()
    let rows = [0, 2, 3, 4, 5, 6]
    for (key, column) in zip(keys, columns) {
      #expect(key.scalars == rows.map { column[$0] })
    }
    table.reset()
    #expect(table.assign(columns, rowCount: 7) == 7)
    #expect(table.groups == [0, 0, 1, 2, 3, 4, 5])
    #expect(table.byteCount > 0)
  }

  @Test func noRowsAreNoGroups() throws {
    for types in [[DataType.long], [.string], [.long, .string], [.void], [.list(.double)]] {
      let table = GroupTable(keyTypes: types)
      let columns = try types.map { try Column($0, []) }
      #expect(table.assign(columns, rowCount: 0) == 0)
      #expect(table.count == 0)
      #expect(try table.keys().map(\.length) == types.map { _ in 0 })
    }
  }
}
