import Columnar
import Plan

/// Evaluates one expression over batches, with Spark's meaning in ANSI mode. A value; safe from any thread.
package struct ExpressionEvaluator: Sendable {
  /// The expression over only those columns that it reads, in their order.
  private let compiled: CompiledExpression
  private let columnIndices: [Int]

  package init(_ expression: BoundExpression) {
    columnIndices = expression.columnIndices
    let places = Dictionary(
      uniqueKeysWithValues: columnIndices.enumerated().map { ($0.element, $0.offset) })
    compiled = CompiledExpression(expression.mappingColumns { places[$0] ?? $0 })
  }

  /// A value a row, of the expression's type. Throws `EvaluationError` for a value that the expression cannot
  /// take; the batch must have the columns that the expression was bound to.
  package func evaluate(_ batch: RecordBatch) throws -> Column {
    var fields: [Field] = []
    var columns: [Column] = []
    for index in columnIndices {
      guard batch.columns.indices.contains(index) else {
        throw EvaluationError.wrongInput(column: index, expected: compiled.type, found: nil)
      }
      fields.append(batch.schema.fields[index])
      columns.append(batch.columns[index])
    }
    let input = RecordBatch(
      schema: Schema(fields), columns: columns, rowCount: batch.rowCount)
    if batch.rowCount == 0 { return try Column(compiled.type, []) }
    return try evaluate(compiled, input).expanded(to: batch.rowCount)
  }

  /// The value of an expression on a batch of at least one row.
  func evaluate(_ compiled: CompiledExpression, _ input: RecordBatch) throws -> Datum {
    switch compiled.expression.kind {
    case .literal(let value):
      return try compiled.constant.map { .scalar($0) } ?? .scalar(value, compiled.type)
    case .column(let index):
      let column = input.columns[index]
      guard column.type == compiled.type else {
        throw EvaluationError.wrongInput(
          column: columnIndices[index], expected: compiled.type, found: column.type)
      }
      return .column(column)
    case .cast(_, let mode):
      let operand = try evaluate(compiled.operands[0], input)
      return try call(compiled, [operand], mode, input).with { call in try call.cast(operand) }
    case .call(let function, _, let mode):
      let arguments = try compiled.operands.map { try evaluate($0, input) }
      return try call(compiled, arguments, mode, input).with { call in
        try call.apply(function, arguments)
      }
    case .and: return try evaluateLogic(compiled, input, "and_kleene", settledBy: false)
    case .or: return try evaluateLogic(compiled, input, "or_kleene", settledBy: true)
    case .caseWhen: return try evaluateCase(compiled, input)
    case .coalesce: return try evaluateCoalesce(compiled, input)
    case .python(let function, _): throw EvaluationError.python(function.text)
    }
  }

  private func call(
    _ compiled: CompiledExpression, _ arguments: [Datum], _ mode: EvaluationMode,
    _ input: RecordBatch
  ) -> KernelCall {
    let isConstant = arguments.allSatisfy(\.isScalar)
    return KernelCall(
      expression: compiled.expression, columnNames: input.schema.names,
      rowCount: isConstant ? 1 : input.rowCount, mode: mode, isConstant: isConstant)
  }
}

extension KernelCall {
  /// The result of a kernel, as a constant when all arguments are.
  fileprivate func with(_ kernel: (KernelCall) throws -> Column) throws -> Datum {
    do {
      let column = try kernel(self)
      // A kernel that drops or adds rows would be a trap further on, which takes the executor with it.
      guard column.length == rowCount else {
        throw EvaluationError.kernel(
          message: "\(column.length) values for \(rowCount) rows", expression: text)
      }
      return isConstant ? .scalar(column) : .column(column)
    } catch is ColumnTooLarge {
      throw EvaluationError.tooLarge(expression: text)
    }
  }
}
