import Columnar
import Executor
import Plan
import Testing

@Suite(.blockingThread) struct MapPythonTests {
  private static let schema = Schema([Field("x", .long)])
  private static let batches = RecordBatch([("x", Column(longs: (0..<10_000).map { Int64($0) }))])
    .cut(every: 1000)

  private static func mapping(_ text: String) throws -> PythonMapping {
    PythonMapping(
      function: try PythonFixture.shared.function("work", in: text),
      frame: PythonFrame(schema: schema, columns: [0], names: ["x"]),
      returned: Schema([Field("y", .long)]))
  }

  @Test func framesGoThroughAnIterator() async throws {
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .mapPython(
          try Self.mapping(
            """
            import pandas as pd
            def work(frames):
                for frame in frames:
                    yield pd.DataFrame({"y": frame["x"] * 2})
            """))), rows: Self.batches)
    #expect(run.rows == (0..<10_000).map { [.integer($0 * 2)] })
  }

  @Test func aFunctionMayGiveAllAtTheEndAndStopEarly() async throws {
    let operation = try PythonFixture.shared.operation(
      .mapPython(
        try Self.mapping(
          """
          import itertools
          import pandas as pd
          def work(frames):
              total = sum(frame["x"].sum() for frame in itertools.islice(frames, 3))
              yield pd.DataFrame({"y": [total]})
          """)))
    let run = try OperatorRun(operation, rows: Self.batches)
    #expect(run.rows == [[.integer((0..<3000).reduce(0, +))]])
    #expect(operation.isSatisfied)
  }

  @Test func anExceptionFailsTheJob() async throws {
    let operation = try PythonFixture.shared.operation(
      .mapPython(
        try Self.mapping(
          """
          def work(frames):
              for frame in frames:
                  yield frame["no"]
          """)))
    let error = #expect(throws: (any Error).self) {
      _ = try OperatorRun(operation, rows: Self.batches)
    }
    #expect("\(error!)".contains("KeyError"))
  }

  @Test func aScalarFunctionGivesAColumn() async throws {
    let function = try PythonFixture.shared.function(
      "scale", in: "def scale(x, factor):\n    return x * factor\n")
    let call = PythonCall(
      function: function,
      arguments: [.column(0, .long), .literal(.integer(3), .long)], name: "y", type: .double)
    let run = try OperatorRun(
      PythonFixture.shared.operation(.callPython([call])), rows: Self.batches)
    #expect(run.rows == (0..<10_000).map { [.integer($0), .double(Double($0 * 3))] })
  }

  @Test func tooFewValuesAreAnError() async throws {
    let function = try PythonFixture.shared.function(
      "head", in: "def head(x):\n    return x.head(3)\n")
    let call = PythonCall(
      function: function, arguments: [.column(0, .long)], name: "y", type: .long)
    let error = #expect(throws: (any Error).self) {
      _ = try OperatorRun(
        PythonFixture.shared.operation(.callPython([call])), rows: Self.batches)
    }
    #expect("\(error!)".contains("3"))
    #expect("\(error!)".contains("1000"))
  }

  @Test func anAggregateGivesAValueOfEachGroup() async throws {
    let function = try PythonFixture.shared.function(
      "spread", in: "def spread(x):\n    return x.max() - x.min()\n")
    let schema = Schema([Field("key", .long), Field("x", .double)])
    let operation = GroupedOperation(
      schema: schema, keyCount: 1,
      action: .aggregate([
        Aggregate(function: .python(function), arguments: [1], type: .double),
        Aggregate(function: .count, arguments: [], type: .long),
      ]), isMergeable: false)
    let keys = (0..<1000).map { Int64($0 % 7) }
    let run = try OperatorRun(
      PythonFixture.shared.operation(.group(operation)),
      rows: [
        RecordBatch([
          ("key", Column(longs: keys)), ("x", Column(doubles: (0..<1000).map { Double($0) })),
        ])
      ])
    let expected = (0..<7).map { key -> [Scalar] in
      let values = stride(from: key, to: 1000, by: 7).map { Double($0) }
      return [
        .integer(Int64(key)), .double(values.last! - values[0]), .integer(Int64(values.count)),
      ]
    }
    #expect(run.rows == expected)
  }

  @Test func cogroupsSeeTheRowsOfBothTables() async throws {
    let function = try PythonFixture.shared.function(
      "merge",
      in: """
        import pandas as pd
        def merge(key, left, right):
            return pd.DataFrame({"k": [key[0]], "l": [left["a"].sum()], "r": [len(right)]})
        """)
    let left = Schema([Field("k", .long), Field("a", .long)])
    let right = Schema([Field("k", .long)])
    let operation = PythonApplication(
      function, rows: left, right,
      returned: [("k", .long), ("l", .long), ("r", .long)])
    let run = try OperatorRun(
      PythonFixture.shared.operation(.applyPython(operation)),
      [
        (RecordBatch([("k", Column(longs: [2, 1, 2])), ("a", Column(longs: [5, 7, 6]))]), .side),
        (RecordBatch([("k", Column(longs: [3, 2]))]), .rows),
        (RecordBatch([("k", Column(longs: [3]))]), .rows),
      ])
    #expect(
      run.rows == [
        [.integer(2), .integer(11), .integer(1)], [.integer(1), .integer(7), .integer(0)],
        [.integer(3), .integer(0), .integer(2)],
      ])
  }
}
