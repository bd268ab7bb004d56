import Columnar
import Executor
import Plan
import Testing

@Suite struct GroupOperatorTests {
  /// Results stand beside the table until they are handed on: the memory of a task has to have room for them.
  @Test func whatTheResultsTakeIsKnownBeforeTheyAreMade() throws {
    let keys = (0..<1000).map { Int64($0) }
    for (key, type) in [
      (Column(longs: keys), DataType.long),
      (try Column(strings: keys.map { "key \($0)" }), .string),
    ] {
      let rows = RecordBatch([("k", key), ("v", Column(doubles: keys.map(Double.init)))])
      let operation = GroupedOperation(
        schema: rows.schema, keyCount: 1,
        action: .aggregate([
          Aggregate(function: .sum, arguments: [1], type: .double),
          Aggregate(function: .max, arguments: [1], type: .double),
        ]), isMergeable: true)
      let group = try makeOperator(.group(operation), partition: 0)
      #expect(group.finishByteCount < 64 << 10)
      try group.process(rows, .rows) { _, _ in }
      let expected = group.finishByteCount
      var results: [RecordBatch] = []
      try group.finish { batch, _ in results.append(batch) }
      let taken = results.reduce(0) { $0 + $1.byteCount }
      #expect(taken >= 1000 * 24 && expected >= taken, "\(type): \(taken) of \(expected)")
    }
  }
}
