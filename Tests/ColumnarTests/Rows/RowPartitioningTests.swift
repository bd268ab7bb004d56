import Columnar
import Testing

@Suite struct RowPartitioningTests {
  @Test func gathersRowsOfAnyTypeFromSeveralChunks() throws {
    var random = SeededGenerator(seed: 1)
    for type in SeededGenerator.keyTypes {
      let chunks = try (0..<3).map { _ in try random.column(type, 40).slice(3..<37) }
      let locations = (0..<100).map { _ in
        RowLocation(
          chunk: Int32.random(in: 0..<3, using: &random),
          row: Int32.random(in: 0..<34, using: &random))
      }
      for used in [chunks, [chunks[0], chunks[0], chunks[0]]] {
        let gathered = try Column.gathering(used, at: locations[10...])
        let expected = locations[10...].map { used[Int($0.chunk)][Int($0.row)].canonical }
        #expect(gathered.scalars.map(\.canonical) == expected, "\(type)")
        #expect(gathered.nullCount == expected.count { $0 == .null })
      }
      #expect(try Column.gathering(chunks, at: []).length == 0)
    }
  }

  @Test func gathersNestedLists() throws {
    let one = Scalar.list([.string("a"), .null])
    let two = Scalar.list([.string(""), .string("bc")])
    let cases: [(DataType, [Scalar])] = [
      (.list(.string), [one, .null, two, .list([])]),
      (.list(.list(.string)), [.list([one, .null, two]), .null, .list([]), .list([two])]),
      (.fixedSizeList(.string, count: 2), [one, two, .null, two]),
      (
        .fixedSizeList(.double, count: 2),
        [.list([.double(1), .double(2)]), .list([.double(3), .double(4)])]
          + [.list([.double(5), .double(6)]), .list([.double(7), .null])]
      ),
    ]
    for (type, scalars) in cases {
      for count in 3...4 {
        let column = try Column(type, scalars).slice(0..<count)
        let gathered = try Column.gathering(
          [column.slice(1..<3), column],
          at: [(0, 1), (1, 0), (1, 1), (0, 0)].map { RowLocation(chunk: $0, row: $1) }[...])
        #expect(gathered.scalars == [2, 0, 1, 1].map { scalars[$0] }, "\(type)")
      }
    }
  }

  @Test func splitsRowsByKeyAndKeepsTheirOrder() throws {
    var random = SeededGenerator(seed: 2)
    for types in [
      [DataType.long], [.string, .double], [.list(.double), .decimal(precision: 38, scale: 2)],
    ] {
      let rows = 500
      let keys = try types.map { try random.column($0, rows) }
      let columns = keys + [Column(longs: (0..<Int64(rows)).map { $0 })]
      let batch = RecordBatch(columns.enumerated().map { ("c\($0)", $1) })
      // Where the rows are cut into batches changes nothing.
      let parts = try RecordBatch.partitioning(
        [batch.slice(0..<70), batch.slice(70..<70), batch.slice(70..<rows)],
        keyCount: types.count, partitionCount: 5)
      #expect(parts.map(\.partition) == parts.map(\.partition).sorted())
      #expect(parts.reduce(0) { $0 + $1.batch.rowCount } == rows)
      var partitionOfKey: [[Scalar]: Int] = [:]
      for (partition, part) in parts {
        let numbers = part.columns.last!.scalars.map { scalar in
          guard case .integer(let number) = scalar else { return Int64(-1) }
          return number
        }
        #expect(numbers == numbers.sorted())
        for (row, number) in numbers.enumerated() {
          let key = part.columns.dropLast().map { $0[row].canonical }
          #expect(key == keys.map { $0[Int(number)].canonical })
          #expect(partitionOfKey.updateValue(partition, forKey: key) ?? partition == partition)
        }
      }
      // The partition of a row does not depend on the batch that it stands in.
      let tail = try RecordBatch.partitioning(
        [batch.slice(100..<rows)], keyCount: types.count, partitionCount: 5)
      for (partition, part) in tail {
        for row in 0..<part.rowCount {
          let key = part.columns.dropLast().map { $0[row].canonical }
          #expect(partitionOfKey[key] == partition)
        }
      }
    }
  }

  @Test func batchesOfOnePartitionAreNotCopied() throws {
    func partitions(_ batches: [RecordBatch], keyCount: Int, count: Int = 9) throws -> [Int] {
      try RecordBatch.partitioning(batches, keyCount: keyCount, partitionCount: count)
        .map(\.partition)
    }
    let batch = RecordBatch([("k", Column(longs: [5, 5]))])
    #expect(try partitions([batch], keyCount: 1).count == 1)
    #expect(Set(try partitions([batch, batch], keyCount: 1)).count == 1)
    #expect(try partitions([batch, batch], keyCount: 1).count == 2)
    #expect(try partitions([batch], keyCount: 0) == [0])
    #expect(try partitions([batch, batch], keyCount: 1, count: 1) == [0, 0])
    #expect(try partitions([batch.slice(0..<0)], keyCount: 1).isEmpty)
    #expect(try partitions([], keyCount: 1).isEmpty)
  }

  @Test func laysTheRowsOfGroupsSideBySide() throws {
    var rows = GroupedRows(types: [.long, .string])
    let chunks: [([Int64], [String?], [Int32])] = [
      ([1, 2, 3], ["a", nil, "c"], [2, 0, 2]), ([], [], []), ([4, 5], ["d", "e"], [0, 3]),
    ]
    for (longs, strings, groups) in chunks {
      try groups.withUnsafeBufferPointer {
        rows.append([Column(longs: longs), try Column(strings: strings)], groups: $0)
      }
    }
    #expect(rows.byteCount > 0)
    let laid = try rows.finish(groupCount: 5)
    #expect(laid.offsets == [0, 2, 2, 4, 5, 5])
    #expect(laid.columns[0].scalars == [2, 4, 1, 3, 5].map { .integer($0) })
    #expect(
      laid.columns[1].scalars == [.null, .string("d"), .string("a"), .string("c"), .string("e")])
    #expect(rows.byteCount == 0)
    let empty = try rows.finish(groupCount: 1)
    #expect(empty.offsets == [0, 0] && empty.columns.map(\.length) == [0, 0])
  }

  @Test func laysRowsOfEachTypeSideBySide() throws {
    var random = SeededGenerator(seed: 6)
    let types = SeededGenerator.keyTypes
    var rows = GroupedRows(types: types)
    var expected = [[[Scalar]]](repeating: [], count: 5)
    for _ in 0..<4 {
      let columns = try types.map { try random.column($0, 30).slice(2..<29) }
      let groups = (0..<27).map { _ in Int32.random(in: 0..<5, using: &random) }
      groups.withUnsafeBufferPointer { rows.append(columns, groups: $0) }
      for (row, group) in groups.enumerated() {
        expected[Int(group)].append(columns.map { $0[row].canonical })
      }
    }
    let laid = try rows.finish(groupCount: 5)
    for group in 0..<5 {
      let found = (laid.offsets[group]..<laid.offsets[group + 1]).map { row in
        laid.columns.map { $0[row].canonical }
      }
      #expect(found == expected[group])
    }
    for (column, type) in zip(laid.columns, types) {
      #expect(column.type == type)
      #expect(column.nullCount == column.scalars.count { $0 == .null })
    }
  }
}
