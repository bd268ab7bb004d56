import Columnar

/// An expression whose columns are indices, whose functions are known and whose casts are written out: what is
/// evaluated. It says nothing that depends on names, so that two equal ones are computed once.
package struct BoundExpression: Hashable, Sendable {
  package indirect enum Kind: Hashable, Sendable {
    /// A column of the input, by its index.
    case column(Int)
    /// A constant of the expression's type.
    case literal(Scalar)
    /// The value as the expression's type.
    case cast(BoundExpression, EvaluationMode)
    case call(ScalarFunction, [BoundExpression], EvaluationMode)
    /// Three-valued; a later operand is evaluated only where the earlier ones are not false.
    case and([BoundExpression])
    /// Three-valued; a later operand is evaluated only where the earlier ones are not true.
    case or([BoundExpression])
    /// The value of the first branch whose condition is true, else `otherwise`; each is evaluated only on the
    /// rows that reach it.
    case caseWhen([Branch], otherwise: BoundExpression)
    /// The first value that is not null; each is evaluated only where those before it are null.
    case coalesce([BoundExpression])
    /// A function of the user's: planning takes it out, into a step of its own.
    case python(PythonFunction, [BoundExpression])
  }

  package struct Branch: Hashable, Sendable {
    package var condition: BoundExpression
    package var value: BoundExpression

    package init(condition: BoundExpression, value: BoundExpression) {
      self.condition = condition
      self.value = value
    }
  }

  package let kind: Kind
  package let type: DataType

  package init(_ kind: Kind, _ type: DataType) {
    self.kind = kind
    self.type = type
  }

  package static func column(_ index: Int, _ type: DataType) -> BoundExpression {
    BoundExpression(.column(index), type)
  }

  package static func literal(_ value: Scalar, _ type: DataType) -> BoundExpression {
    BoundExpression(.literal(value), type)
  }
}

/// What becomes of a value that a function cannot take (an overflow, a division by zero, a bad cast).
package enum EvaluationMode: Hashable, Sendable, CaseIterable {
  /// The job fails, as Spark does in ANSI mode.
  case ansi
  /// The result is null: the `try_` forms.
  case `try`
}

extension BoundExpression {
  /// The direct operands, in their order.
  package var operands: [BoundExpression] {
    switch kind {
    case .column, .literal: []
    case .cast(let operand, _): [operand]
    case .call(_, let arguments, _), .python(_, let arguments): arguments
    case .and(let operands), .or(let operands), .coalesce(let operands): operands
    case .caseWhen(let branches, let otherwise):
      branches.flatMap { [$0.condition, $0.value] } + [otherwise]
    }
  }

  /// The same expression over other operands, as many as there were.
  package func replacingOperands(_ operands: [BoundExpression]) -> BoundExpression {
    precondition(operands.count == self.operands.count)
    switch kind {
    case .column, .literal: return self
    case .cast(_, let mode): return BoundExpression(.cast(operands[0], mode), type)
    case .call(let function, _, let mode):
      return BoundExpression(.call(function, operands, mode), type)
    case .python(let function, _): return BoundExpression(.python(function, operands), type)
    case .and: return BoundExpression(.and(operands), type)
    case .or: return BoundExpression(.or(operands), type)
    case .coalesce: return BoundExpression(.coalesce(operands), type)
    case .caseWhen(let branches, _):
      let replaced = branches.indices.map { index in
        Branch(condition: operands[2 * index], value: operands[2 * index + 1])
      }
      return BoundExpression(.caseWhen(replaced, otherwise: operands[2 * branches.count]), type)
    }
  }

  /// The columns that the expression reads, in ascending order, each once.
  package var columnIndices: [Int] {
    var found: Set<Int> = []
    collectColumns(into: &found)
    return found.sorted()
  }

  private func collectColumns(into found: inout Set<Int>) {
    if case .column(let index) = kind { found.insert(index) }
    for operand in operands { operand.collectColumns(into: &found) }
  }

  /// The expression over another input, in which column `index` stands at `mapping(index)`.
  package func mappingColumns(_ mapping: (Int) -> Int) -> BoundExpression {
    if case .column(let index) = kind { return .column(mapping(index), type) }
    let operands = self.operands
    return operands.isEmpty
      ? self : replacingOperands(operands.map { $0.mappingColumns(mapping) })
  }

  /// The operands of nested ANDs, or the expression itself: a filter as the conditions that must all hold.
  package var conjuncts: [BoundExpression] {
    guard case .and(let operands) = kind else { return [self] }
    return operands.flatMap(\.conjuncts)
  }
}
