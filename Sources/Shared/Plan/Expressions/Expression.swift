import Columnar

/// An expression as it was written: names are not looked up yet and types not known.
package struct Expression: Hashable, Sendable {
  package indirect enum Kind: Hashable, Sendable {
    case column(String)
    case literal(Scalar, DataType)
    /// The `*` of `count(*)`.
    case star
    case operation(Operation, [Expression])
    /// The name in lower case.
    case call(String, [Expression], isDistinct: Bool)
    case cast(Expression, DataType, EvaluationMode)
    /// With an operand, the conditions are values that it is compared with.
    case caseWhen(operand: Expression?, [Branch], otherwise: Expression?)
  }

  package struct Branch: Hashable, Sendable {
    package var condition: Expression
    package var value: Expression
  }

  /// What is written with operators and keywords.
  package enum Operation: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case integralDivide = "div"
    case negate = "negative"
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case nullSafeEqual = "<=>"
    case and = "AND"
    case or = "OR"
    case not = "NOT"
    case concat = "||"
    /// The value, then the candidates.
    case isIn = "IN"
    /// The value, the lower and the upper bound.
    case between = "BETWEEN"
    /// The value, the pattern and maybe the escape character.
    case like = "LIKE"
    case likeIgnoringCase = "ILIKE"
    case regexpLike = "RLIKE"
    case isNull = "IS NULL"
    case isNotNull = "IS NOT NULL"
    /// A list and a position from 0.
    case element = "[]"
  }

  package let kind: Kind
  /// Where it begins in the text, in characters from 1.
  package let position: Int
  /// Levels of nesting: what recursion over the tree costs.
  let depth: Int

  package init(_ kind: Kind, at position: Int) {
    self.kind = kind
    self.position = position
    depth = 1 + (kind.operands.lazy.map(\.depth).max() ?? 0)
  }
}

extension Expression.Kind {
  var operands: [Expression] {
    switch self {
    case .column, .literal, .star: []
    case .operation(_, let operands), .call(_, let operands, _): operands
    case .cast(let operand, _, _): [operand]
    case .caseWhen(let operand, let branches, let otherwise):
      [operand].compactMap { $0 } + branches.flatMap { [$0.condition, $0.value] }
        + [otherwise].compactMap { $0 }
    }
  }
}

/// One item of a select list.
package enum SelectItem: Hashable, Sendable {
  /// All columns.
  case star(position: Int)
  case expression(Expression, alias: String?)
}

/// One item of an ORDER BY.
package struct SortItem: Hashable, Sendable {
  package var expression: Expression
  package var descending: Bool
  package var nullsFirst: Bool
}
