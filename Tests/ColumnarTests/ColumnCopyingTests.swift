import Columnar
import Testing

@Suite struct ColumnCopyingTests {
  @Test func copiesValuesBitByBit() {
    let doubles = [1.5, -0.0, .nan, .infinity, 1e308]
    let column = doubles.withUnsafeBufferPointer { Column.copying(.double, $0) }
    #expect(column.nullCount == 0)
    column.withValues(as: Double.self) { values in
      #expect(values.map(\.bitPattern) == doubles.map(\.bitPattern))
    }
    let longs: [Int64] = [.min, 0, .max]
    let timestamps = longs.withUnsafeBufferPointer { Column.copying(.timestamp, $0) }
    #expect(timestamps.scalars == [.timestamp(.min), .timestamp(0), .timestamp(.max)])
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64, 1000])
  func makesNullWhatIsNotPresent(count: Int) {
    let longs = (0..<count).map { Int64($0) }
    let isPresent = (0..<count).map { $0 % 3 != 1 }
    let column = Column.copying(.long, longs, isPresent: isPresent)
    #expect(column.scalars == longs.map { $0 % 3 != 1 ? .integer($0) : .null })
    #expect(column.nullCount == isPresent.count { !$0 })
  }

  @Test func cutsListsOfOneLength() {
    let doubles = [1.0, 2, 3, 4, 5, 6]
    let column = doubles.withUnsafeBufferPointer { Column.copying(fixedSizeListsOf: 3, $0) }
    #expect(
      column.scalars
        == [[1, 2, 3], [4, 5, 6]].map { list in Scalar.list(list.map { .double($0) }) })
    let none = UnsafeBufferPointer<Double>(start: nil, count: 0)
    #expect(Column.copying(fixedSizeListsOf: 3, none).length == 0)
    #expect(Column.copying(.double, none).scalars.isEmpty)
  }

  @Test func leavesOutTheElementsOfNullLists() throws {
    let doubles = [1.0, 2, 3, 4, 5, 6]
    let column = try Column.copying(listsOf: 2, doubles, isPresent: [true, false, true])
    #expect(
      column.scalars == [.list([.double(1), .double(2)]), .null, .list([.double(5), .double(6)])])
    #expect(column.elements.length == 4)
    #expect(column.nullCount == 1)
    let empty = try Column.copying(listsOf: 0, [], isPresent: [true, true, false])
    #expect(empty.scalars == [.list([]), .list([]), .null])
    #expect(try Column.copying(listsOf: 2, [], isPresent: []).length == 0)
  }

  @Test func repeatsStrings() throws {
    let column = try Column.repeating(["a", "", "bä"], count: 2)
    #expect(column.scalars == ["a", "", "bä", "a", "", "bä"].map { .string($0) })
    #expect(try Column.repeating(["a"], count: 0).length == 0)
    #expect(
      try Column.repeating([""], count: 3).scalars == [.string(""), .string(""), .string("")])
    #expect(throws: ColumnTooLarge.self) {
      try Column.repeating([String(repeating: "x", count: 1 << 16)], count: 1 << 15)
    }
  }

  @Test func buildsValuesFromOrderedWords() throws {
    let doubles = [-Double.infinity, -1.5, 0, 2, .infinity, .nan]
    let words = doubles.map { OrderedWord.word(of: $0) }
    #expect(words == words.sorted())
    #expect(OrderedWord.word(of: -0.0) == OrderedWord.word(of: 0))
    #expect(OrderedWord.word(of: -Double.nan) == OrderedWord.word(of: .nan))
    let column = Column(.double, orderedWords: words, isPresent: doubles.map { $0 != 2 })
    #expect(column.isNull(3) && column.nullCount == 1)
    column.withValues(as: Double.self) { values in
      for row in [0, 1, 2, 4, 5] { #expect(values[row].bitPattern == doubles[row].bitPattern) }
    }
    let bytes = Column(.byte, orderedWords: [-128, 127, 5], isPresent: [true, true, false])
    #expect(bytes.scalars == [.integer(-128), .integer(127), .null])
    let flags = Column(.boolean, orderedWords: [0, 1], isPresent: [true, true])
    #expect(flags.scalars == [.boolean(false), .boolean(true)])
  }
}
