import Columnar
import Executor
import Plan
import Testing

/// The operators that look at one row after the other.
@Suite struct RowOperatorTests {
  private let batch = RecordBatch([
    ("n", Column(longs: [1, 2, 3, 4])), ("x", Column(doubles: [0.5, nil, 2.5, 3.5])),
  ])

  @Test func aFilterKeepsWhatIsTrue() throws {
    let flags = try Column(.boolean, [.boolean(true), .null, .boolean(false), .boolean(true)])
    let flagged = RecordBatch([("n", batch.columns[0]), ("flag", flags)])
    let filter = try makeOperator(.filter(.column(1, .boolean)), partition: 0)
    let run = try OperatorRun(filter, rows: [flagged, flagged.slice(1..<3)])
    #expect(run.rows.map { $0[0] } == [.integer(1), .integer(4)])
    #expect(run.batches.count == 1)
  }

  @Test func aProjectionGivesItsColumnsInOrder() throws {
    let project = try makeOperator(
      .project([
        NamedExpression(name: "b", expression: .column(1, .double)),
        NamedExpression(name: "a", expression: .column(0, .long)),
      ]), partition: 0)
    let run = try OperatorRun(project, rows: [batch])
    #expect(run.batches[0].batch.schema.names == ["b", "a"])
    #expect(run.rows[3] == [.double(3.5), .integer(4)])
  }

  @Test func aLimitTakesTheFirstRowsAndIsSatisfied() throws {
    let limit = try makeOperator(.limit(6), partition: 0)
    let run = try OperatorRun(limit, rows: [batch, batch, batch])
    #expect(run.rows.map { $0[0] } == [1, 2, 3, 4, 1, 2].map { .integer($0) })
    #expect(limit.isSatisfied)
    #expect(try makeOperator(.limit(0), partition: 0).isSatisfied)
  }

  private func heldOut(
    fraction: Double, seed: Int64, firstPartition: Int, partition: Int, every count: Int
  ) throws -> [Bool] {
    let rows = RecordBatch([("n", Column(longs: (0..<10_000).map { $0 }))])
    let operation = Operator.holdOut(
      fraction: fraction, seed: seed, firstPartition: firstPartition, name: "test")
    let run = try OperatorRun(
      try makeOperator(operation, partition: partition), rows: rows.cut(every: count))
    return run.rows.map { $0[1] == .boolean(true) }
  }

  @Test func rowsAreHeldOutByTheirPlaceInTheTable() throws {
    let choice = try heldOut(
      fraction: 0.2, seed: 7, firstPartition: 3, partition: 2, every: 10_000)
    #expect((1_850...2_150).contains(choice.count { $0 }))
    // What holds the partitions of the table together and how rows come in batches is of no account.
    #expect(
      try heldOut(fraction: 0.2, seed: 7, firstPartition: 0, partition: 5, every: 333) == choice)
    #expect(
      try heldOut(fraction: 0.2, seed: 8, firstPartition: 3, partition: 2, every: 10_000) != choice)
    #expect(
      try heldOut(fraction: 0.2, seed: 7, firstPartition: 3, partition: 3, every: 10_000) != choice)
    // A larger share holds out the same rows and more.
    let more = try heldOut(
      fraction: 0.3, seed: 7, firstPartition: 3, partition: 2, every: 10_000)
    #expect(zip(choice, more).allSatisfy { !$0 || $1 })
    #expect(
      try heldOut(fraction: 0, seed: 1, firstPartition: 0, partition: 0, every: 999)
        .allSatisfy { !$0 })
    #expect(
      try heldOut(fraction: 1, seed: .min, firstPartition: 0, partition: 0, every: 999)
        .allSatisfy { $0 })
  }

  @Test func theDocumentedRowsAreHeldOut() throws {
    let choice = try heldOut(fraction: 0.5, seed: 7, firstPartition: 0, partition: 0, every: 16)
    #expect(
      choice.prefix(16).map { $0 ? 1 : 0 } == [0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1])
  }
}
