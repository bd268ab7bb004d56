import Columnar
import Testing

@Suite struct RowGroupTableTests {
  /// Numbers groups the plain way.
  private struct Reference {
    var groups: [[Scalar]: Int32] = [:]
    var keys: [[Scalar]] = []

    mutating func assign(_ columns: [Column], _ rowCount: Int) -> [Int32] {
      (0..<rowCount).map { row in
        let key = columns.map { $0[row].canonical }
        if let group = groups[key] { return group }
        groups[key] = Int32(keys.count)
        keys.append(key)
        return Int32(keys.count - 1)
      }
    }
  }

  @Test func numbersGroupsByFirstAppearance() throws {
    var random = SeededGenerator(seed: 3)
    var choices = SeededGenerator.keyTypes.map { [$0] }
    choices += [
      [.long, .long], [.string, .integer], [.double, .string, .boolean], [.list(.double), .void],
      [DataType](repeating: .byte, count: 70),
    ]
    for types in choices {
      let table = GroupTable(keyTypes: types)
      for _ in 0..<2 {
        var reference = Reference()
        for _ in 0..<4 {
          let columns = try types.map { try random.column($0, 60).slice(5..<55) }
          #expect(table.assign(columns, rowCount: 50) == 50)
          #expect(table.groups == reference.assign(columns, 50), "\(types)")
        }
        #expect(table.count == reference.keys.count)
        let keys = try table.keys()
        #expect(keys.map(\.type) == types)
        for group in 0..<table.count {
          #expect(keys.map { $0[group].canonical } == reference.keys[group])
        }
        table.reset()
        #expect(table.count == 0)
      }
    }
  }

  /// Enough rows for numbers that have a place each, in windows that move, beside numbers that have none.
  @Test func numbersCloseToEachOtherAreNumberedLikeOthers() throws {
    let rowCount = 5000
    var random = SeededGenerator(seed: 8)
    let windows: [ClosedRange<Int64>] = [
      0...99, -70_000...(-60_000), 65_000...66_000, Int64.max - 9...Int64.max, 0...99,
      Int64.min...Int64.min + 5, Int64.min...Int64.max,
    ]
    for types in [[DataType.long], [.long, .long], [.integer, .long, .long]] {
      let table = GroupTable(keyTypes: types)
      for limit in [GroupTable.maximumGroupCount, 700] {
        var reference = Reference()
        for window in windows {
          let columns = try types.map { type in
            try Column(
              type,
              (0..<rowCount).map { _ in
                let value = Int64.random(in: window, using: &random)
                return .integer(type == .integer ? value % 7 : value / 3 * 3)
              })
          }
          let assigned = table.assign(columns, rowCount: rowCount, limit: limit)
          let expected = reference.assign(columns, rowCount)
          let fitting = expected.firstIndex { $0 >= limit } ?? rowCount
          #expect(assigned == fitting)
          #expect(table.groups.prefix(assigned) == expected.prefix(assigned))
          if assigned < rowCount { break }
        }
        table.reset()
      }
    }
  }

  @Test func keysAreCanonical() throws {
    let table = GroupTable(keyTypes: [.double])
    _ = table.assign([Column(doubles: [-0.0, -.nan, 0, .nan, nil])], rowCount: 5)
    #expect(table.groups == [0, 1, 0, 1, 2])
    let keys = try table.keys()[0]
    keys.withValues(as: Double.self) {
      #expect($0[0].sign == .plus && $0[1].bitPattern == Double.nan.bitPattern)
    }
  }

  @Test func growsWithItsGroups() throws {
    for types in [[DataType.long], [.string], [.long, .string]] {
      let table = GroupTable(keyTypes: types)
      for round in 0..<2 {
        for start in stride(from: 0, to: 5000, by: 500) {
          let numbers = (start..<start + 500).map { Int64($0) &* 0x1_0000_0001 }
          let columns = try types.map { type in
            type == .long ? Column(longs: numbers) : try Column(strings: numbers.map { "k\($0)" })
          }
          _ = table.assign(columns, rowCount: 500)
          #expect(table.groups == (Int32(start)..<Int32(start + 500)).map { $0 }, "round \(round)")
        }
      }
      #expect(table.count == 5000)
    }
  }

  @Test func stopsAtTheFirstRowThatNeedsAGroupTooMany() throws {
    for types in [[DataType.long], [.string]] {
      func column(_ values: [Int64?]) throws -> Column {
        types == [.long]
          ? Column(longs: values) : try Column(strings: values.map { $0.map { "\($0)" } })
      }
      let table = GroupTable(keyTypes: types)
      let values: [Int64?] = [4, nil, 4, 5, nil, 6, 4, 7]
      #expect(table.assign([try column(values)], rowCount: 8, limit: 3) == 5)
      #expect(table.groups == [0, 1, 0, 2, 1])
      #expect(table.assign([try column([6, 4])], rowCount: 2, limit: 3) == 0)
      #expect(table.groups.isEmpty)
      table.reset()
      #expect(table.assign([try column([6, 4, 7, nil])], rowCount: 4, limit: 3) == 3)
    }
  }

  @Test func withoutKeysAllRowsAreOneGroup() throws {
    let table = GroupTable(keyTypes: [])
    #expect(table.count == 1)
    #expect(table.assign([], rowCount: 3) == 3)
    #expect(table.groups == [0, 0, 0])
    #expect(try table.keys().isEmpty)
    table.reset()
    #expect(table.count == 1)
  }
}
