import Columnar
import Executor
import Plan
import Testing

/// Parses, binds and evaluates SQL over a batch.
func evaluate(_ sql: String, _ batch: RecordBatch) throws -> Column {
  let bound = try parseExpression(sql).bound(to: batch.schema)
  let column = try ExpressionEvaluator(bound).evaluate(batch)
  #expect(column.type == bound.type, "\(sql)")
  #expect(column.length == batch.rowCount, "\(sql)")
  return column
}

/// One row without columns: for expressions of constants.
let oneRow = RecordBatch(schema: Schema([]), columns: [], rowCount: 1)

/// The value of an expression of constants as Spark prints it.
func text(_ sql: String) throws -> String {
  try texts(sql, oneRow)[0]
}

/// The values of an expression as Spark prints them.
func texts(_ sql: String, _ batch: RecordBatch) throws -> [String] {
  try evaluate("CAST((\(sql)) AS STRING)", batch).scalars.map { value in
    guard case .string(let text) = value else { return "NULL" }
    return text
  }
}

/// Expects each expression to print as stated.
func expectTexts(_ cases: [(String, String)], sourceLocation: SourceLocation = #_sourceLocation) {
  for (sql, expected) in cases {
    do {
      let found = try text(sql)
      #expect(found == expected, "\(sql)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(sql): \(error)", sourceLocation: sourceLocation)
    }
  }
}

/// Expects each expression to fail with an error that the test accepts.
func expectErrors(
  _ expressions: [String], sourceLocation: SourceLocation = #_sourceLocation,
  _ isExpected: (EvaluationError) -> Bool
) {
  for sql in expressions {
    do {
      let found = try text(sql)
      Issue.record("\(sql) gave \(found)", sourceLocation: sourceLocation)
    } catch let error as EvaluationError {
      #expect(isExpected(error), "\(sql): \(error)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(sql): \(error)", sourceLocation: sourceLocation)
    }
  }
}
