import Columnar
import Plan

/// Columns that hold what calls of Python functions give for the rows of a fragment: they stand behind those of the table while
/// its filter and its projection are planned. Equal calls are computed once.
struct CallColumns {
  /// What the node gives without them.
  private let schema: Schema
  /// The column of each call.
  private var columns: [BoundExpression: BoundExpression] = [:]
  private var names: Set<String>
  /// The last number behind each name.
  private var numbers: [String: Int] = [:]

  init(behind fragment: Fragment) {
    schema = fragment.schema
    names = Set(schema.names)
  }

  /// The expressions over columns in place of calls, for which steps are appended: one for those that see no other call, then
  /// one for those that see what these gave, and so on.
  mutating func compute(
    _ expressions: [BoundExpression], on fragment: inout Fragment,
    in builder: inout StagePlanBuilder
  ) -> [BoundExpression] {
    var expressions = expressions
    while expressions.contains(where: \.callsPython) {
      expressions = expressions.map(replacingCalls)
      var calls: [BoundExpression] = []
      var seen: Set<BoundExpression> = []
      for expression in expressions {
        expression.forEachInnermostCall { if seen.insert($0).inserted { calls.append($0) } }
      }
      if !calls.isEmpty { append(calls, to: &fragment, in: &builder) }
    }
    return expressions
  }

  /// Leaves the fragment with the columns that it had before.
  func drop(from fragment: inout Fragment, in builder: inout StagePlanBuilder) {
    if columns.isEmpty { return }
    let kept = schema.fields.enumerated().map { index, field in
      NamedExpression(name: field.name, expression: .column(index, field.type))
    }
    builder.project(kept, columns: fragment.columns, on: &fragment)
  }

  private mutating func append(
    _ calls: [BoundExpression], to fragment: inout Fragment, in builder: inout StagePlanBuilder
  ) {
    var appended: [PythonCall] = []
    for call in calls {
      guard case .python(let function, let arguments) = call.kind else { continue }
      let name = unusedName(function.name)
      appended.append(
        PythonCall(function: function, arguments: arguments, name: name, type: call.type))
      columns[call] = .column(fragment.schema.count, call.type)
      fragment.schema.fields.append(Field(name, call.type))
    }
    builder.append(.callPython(appended), to: &fragment)
    fragment.statistics = fragment.statistics?.selecting(
      fragment.schema.fields.indices.map { $0 < fragment.schema.count - appended.count ? $0 : nil })
  }

  private func replacingCalls(_ expression: BoundExpression) -> BoundExpression {
    let replaced = expression.replacingOperands(expression.operands.map(replacingCalls))
    guard case .python = replaced.kind else { return replaced }
    return columns[replaced] ?? replaced
  }

  private mutating func unusedName(_ name: String) -> String {
    var candidate = name
    while !names.insert(candidate).inserted {
      let number = (numbers[name] ?? 1) + 1
      numbers[name] = number
      candidate = "\(name)_\(number)"
    }
    return candidate
  }
}

extension BoundExpression {
  var callsPython: Bool {
    if case .python = kind { return true }
    return operands.contains(where: \.callsPython)
  }

  /// A condition as those that hold one after the other: the operands of an AND up to the first that calls a function, which
  /// then sees only rows that they let through, and the others.
  var splitBeforeCalls: [BoundExpression] {
    let operands = conjuncts
    guard let first = operands.firstIndex(where: \.callsPython), first > 0 else { return [self] }
    return [operands[..<first], operands[first...]].map { part in
      part.count == 1 ? part[part.startIndex] : BoundExpression(.and(Array(part)), .boolean)
    }
  }

  /// Calls whose arguments call nothing.
  fileprivate func forEachInnermostCall(_ body: (BoundExpression) -> Void) {
    let operands = self.operands
    if case .python = kind, !operands.contains(where: \.callsPython) {
      body(self)
    } else {
      for operand in operands { operand.forEachInnermostCall(body) }
    }
  }
}
