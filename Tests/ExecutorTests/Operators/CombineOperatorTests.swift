import Columnar
import Executor
import Plan
import Testing

@Suite struct CombineOperatorTests {
  private func operation(_ batch: RecordBatch, mergeable: Bool = true) -> GroupedOperation {
    GroupedOperation(
      schema: batch.schema, keyCount: 1,
      action: .aggregate([Aggregate(function: .count, arguments: [], type: .long)]),
      isMergeable: mergeable)
  }

  private func batch(_ keys: [Int64?]) -> RecordBatch { RecordBatch([("k", Column(longs: keys))]) }

  @Test func sendsPartialResultsInOrderOfFirstAppearance() throws {
    let rows = batch([5, nil, 5, 3])
    let run = try OperatorRun(try CombineOperator(operation(rows)), rows: [rows, rows])
    #expect(run.batches.map(\.kind) == [.partialResults])
    #expect(
      run.rows == [
        [.integer(5), .integer(4)], [.null, .integer(2)], [.integer(3), .integer(2)],
      ])
  }

  @Test func aFullTableGoesOutAndAnotherOneBegins() throws {
    // Five rows a group and more: combining pays.
    let rows = batch((0..<4).flatMap { [Int64?](repeating: $0, count: 5) })
    let run = try OperatorRun(
      try CombineOperator(operation(rows), groupLimit: 2), rows: rows.cut(every: 3))
    #expect(run.batches.map(\.kind) == [.partialResults, .partialResults])
    #expect(run.rows == (0..<4).map { [.integer($0), .integer(5)] })
  }

  @Test func aTableThatFilledTooSoonLetsItsRowsAndTheRestThrough() throws {
    let keys: [Int64] = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 0, 1]
    let rows = batch(keys)
    for size in 1...12 {
      let run = try OperatorRun(
        try CombineOperator(operation(rows), groupLimit: 2), rows: rows.cut(every: size))
      #expect(run.batches.allSatisfy { $0.kind == .rows })
      #expect(run.rows == keys.map { [.integer($0)] }, "cut every \(size)")
    }
  }

  @Test func aTableThatPaidIsFollowedByRowsWhenTheNextDoesNot() throws {
    let keys = [Int64](repeating: 0, count: 9) + [1, 2, 3, 4]
    let rows = batch(keys)
    for size in 1...13 {
      let run = try OperatorRun(
        try CombineOperator(operation(rows), groupLimit: 2), rows: rows.cut(every: size))
      let partials = run.batches.filter { $0.kind == .partialResults }
      #expect(
        partials.flatMap(\.batch.rows) == [
          [.integer(0), .integer(9)], [.integer(1), .integer(1)],
        ])
      #expect(run.batches.first?.kind == .partialResults)
      let passed = run.batches.filter { $0.kind == .rows }.flatMap(\.batch.rows)
      #expect(passed == [[.integer(2)], [.integer(3)], [.integer(4)]], "cut every \(size)")
    }
  }

  @Test func aTableThatBeganWellSendsPartialResultsEvenIfItDidNotPay() throws {
    let keys = (0..<16_384).map { Int64($0 % 10) } + (10..<9_000).map { Int64($0) }
    let rows = batch(keys)
    for size in [1_000, 16_384, 20_000, 30_000] {
      let run = try OperatorRun(
        try CombineOperator(operation(rows), groupLimit: 8_000), rows: rows.cut(every: size))
      let partials = run.batches.filter { $0.kind == .partialResults }
      #expect(partials.map(\.batch.rowCount) == [8_000])
      let passed = run.batches.filter { $0.kind == .rows }.flatMap(\.batch.rows)
      #expect(passed == (8_000..<9_000).map { [.integer($0)] }, "cut every \(size)")
    }
  }

  @Test func theCutOfTheBatchesChangesNothing() throws {
    var random = SeededGenerator(seed: 8)
    let rows = batch(
      (0..<3000).map { row in
        Int64.random(in: 0..<(row < 2000 ? 20 : 900), using: &random)
      })
    func sent(_ size: Int) throws -> [[Scalar]] {
      let run = try OperatorRun(
        try CombineOperator(operation(rows), groupLimit: 16), rows: rows.cut(every: size))
      return run.batches.flatMap { batch, kind in
        batch.rows.map { [.boolean(kind == .rows)] + $0 }
      }
    }
    let whole = try sent(3000)
    #expect(whole.contains { $0[0] == .boolean(true) })
    for size in [1, 7, 1024] { #expect(try sent(size) == whole) }
  }

  @Test func withoutRowsNothingIsSent() throws {
    let rows = batch([])
    #expect(try OperatorRun(try CombineOperator(operation(rows)), rows: [rows]).batches.isEmpty)
    let keyless = GroupedOperation(
      schema: rows.schema, keyCount: 0,
      action: .aggregate([Aggregate(function: .count, arguments: [], type: .long)]),
      isMergeable: true)
    #expect(try OperatorRun(try CombineOperator(keyless), rows: []).batches.isEmpty)
    let run = try OperatorRun(try CombineOperator(keyless), rows: [batch([1, 2]), batch([3])])
    #expect(run.rows == [[.integer(3)]])
  }

  @Test func refusesPlansAndBatchesThatDoNotFit() throws {
    let rows = batch([1])
    #expect(throws: (any Error).self) {
      try CombineOperator(self.operation(rows, mergeable: false))
    }
    var wrong = operation(rows)
    wrong.keyCount = 2
    #expect(throws: (any Error).self) { try CombineOperator(wrong) }
    wrong = operation(rows)
    wrong.action = .aggregate([Aggregate(function: .max, arguments: [1], type: .long)])
    #expect(throws: (any Error).self) { try makeOperator(.group(wrong), partition: 0) }
    let group = try makeOperator(.group(operation(rows)), partition: 0)
    #expect(throws: (any Error).self) {
      try group.process(rows, .partialResults) { _, _ in }
    }
  }

  @Test func wideStatisticsMakeTheTableHoldFewerGroups() {
    // Four features and a hundred: 26 and about 5,250 doubles a group.
    #expect(CombineOperator.groupLimit(stateBytes: 26 * 8) == 131_072)
    #expect(CombineOperator.groupLimit(stateBytes: 5_250 * 8) == 12_782)
    #expect(CombineOperator.groupLimit(stateBytes: .max) == 1)
  }
}
