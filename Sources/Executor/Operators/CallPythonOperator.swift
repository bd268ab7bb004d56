import Columnar
import Plan

/// Appends a column for each call of a Python function.
final class CallPythonOperator: BatchOperator {
  private struct Call {
    let call: PythonCall
    let arguments: [ExpressionEvaluator]
    let schema: Schema
    let calls: PythonGroupCalls
  }

  private let calls: [Call]

  /// Throws `PythonError.notAllowed`.
  init(_ calls: [PythonCall], context: OperatorContext) throws {
    self.calls = try calls.map { call in
      let names = call.arguments.indices.map { "argument \($0 + 1)" }
      let schema = Schema(zip(names, call.arguments).map { Field($0, $1.type) })
      let frame = PythonFrame(schema: schema, columns: Array(names.indices), names: names)
      return Call(
        call: call, arguments: call.arguments.map { ExpressionEvaluator($0) }, schema: schema,
        calls: PythonGroupCalls(
          session: try PythonSession(
            call.function, .scalar, frames: [frame], keys: [],
            returned: Schema([Field(call.name, call.type)]), context: context)))
    }
  }

  let isSatisfied = false
  let byteCount = 0

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    if batch.rowCount == 0 { return }
    var columns = batch.columns
    for call in calls { columns.append(try value(of: call, batch)) }
    let fields = batch.schema.fields + calls.map { Field($0.call.name, $0.call.type) }
    try output(
      RecordBatch(schema: Schema(fields), columns: columns, rowCount: batch.rowCount), .rows)
  }

  func finish(to output: Output) {
    for call in calls { call.calls.session.finish() }
  }

  private func value(of call: Call, _ batch: RecordBatch) throws -> Column {
    let arguments = RecordBatch(
      schema: call.schema, columns: try call.arguments.map { try $0.evaluate(batch) },
      rowCount: batch.rowCount)
    // The batch is as one group, of which nothing is recorded.
    let results = try call.calls.session.namingKeys { _ in
      []
    } in: {
      try call.calls.run(count: 1) { _ in (.batch, [arguments]) }
    }
    guard results.answers.count == 1, results.answers[0].rows.rowCount == batch.rowCount else {
      throw PythonError.unexpectedAnswer("no value for each of \(batch.rowCount) rows")
    }
    return results.answers[0].rows.columns[0]
  }
}
