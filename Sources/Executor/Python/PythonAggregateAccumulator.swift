import Columnar
import Plan

/// A Python function from the columns of a group to one value.
final class PythonAggregateAccumulator: RowsAggregateAccumulator {
  /// The function failed, on a group by its number; nil when it was on none.
  struct Failed: Error {
    var function: String
    var group: Int?
    var failure: PythonFailure
  }

  /// About the rows of a message.
  private static let messageRowCount = 65_536

  let aggregate: Aggregate
  private let frame: PythonFrame
  private let calls: PythonGroupCalls
  private var rows: GroupedRows
  private var groupCount = 0

  /// Throws `PythonError.notAllowed`.
  init(
    _ aggregate: Aggregate, _ function: PythonFunction, schema: Schema, context: OperatorContext?
  ) throws {
    guard let context else { throw PythonError.notAllowed }
    guard !aggregate.arguments.isEmpty else {
      throw AggregateError.argumentCount(aggregate.function, expected: 1, found: 0)
    }
    self.aggregate = aggregate
    let names = aggregate.arguments.indices.map { "argument \($0 + 1)" }
    let types = aggregate.arguments.map { schema.fields[$0].type }
    frame = PythonFrame(
      schema: Schema(zip(names, types).map { Field($0, $1) }), columns: Array(names.indices),
      names: names)
    rows = GroupedRows(types: types)
    calls = PythonGroupCalls(
      session: try PythonSession(
        function, .aggregate, frames: [frame], keys: [],
        returned: Schema([Field("value", aggregate.type)]), context: context))
  }

  var byteCount: Int { rows.byteCount }

  /// The rows are laid out beside those that came.
  var finishByteCount: Int { rows.byteCount }

  func grow(to groupCount: Int) { self.groupCount = max(self.groupCount, groupCount) }

  func accumulate(_ batch: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    rows.append(aggregate.arguments.map { batch.columns[$0] }, groups: groups)
  }

  func reset() {
    rows = GroupedRows(types: frame.schema.fields.map(\.type))
    groupCount = 0
  }

  func finish() throws -> [Column] {
    let (columns, offsets) = try rows.finish(groupCount: groupCount)
    let all = RecordBatch(schema: frame.schema, columns: columns, rowCount: offsets.last ?? 0)
    var values: [Column] = []
    var first = 0
    while first < groupCount {
      var end = first + 1
      while end < groupCount, offsets[end + 1] - offsets[first] <= Self.messageRowCount { end += 1 }
      values += try self.values(of: first..<end, all, offsets)
      first = end
    }
    calls.session.finish()
    guard !values.isEmpty else { return [ColumnBuilder(aggregate.type).finish()] }
    let parts = values.map {
      RecordBatch(
        schema: Schema([Field("value", aggregate.type)]), columns: [$0], rowCount: $0.length)
    }
    return try RecordBatch.joining(parts).columns
  }

  private func values(
    of groups: Range<Int>, _ all: RecordBatch, _ offsets: [Int]
  ) throws -> [Column] {
    do {
      // A group whose rows are none of these: an aggregate of no rows at all.
      let results = try calls.run(count: groups.count) { range in
        let starts = groups.lowerBound + range.lowerBound...groups.lowerBound + range.upperBound
        return (
          .groups(
            rows: zip(starts, starts.dropFirst()).map { offsets[$1] - offsets[$0] },
            isContinued: false),
          [all.slice(offsets[starts.lowerBound]..<offsets[starts.upperBound])]
        )
      }
      guard results.answers.flatMap(\.groups) == Array(0..<groups.count) else {
        throw PythonError.unexpectedAnswer("not one value for each of \(groups.count) groups")
      }
      return results.answers.map { $0.rows.columns[0] }
    } catch let failed as PythonGroupCalls.Failed {
      throw Failed(
        function: calls.session.function.text,
        group: failed.group.map { groups.lowerBound + $0 }, failure: failed.failure)
    }
  }
}
