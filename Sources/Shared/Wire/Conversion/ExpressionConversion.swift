import Columnar
import Plan

// Expressions, to and from their messages.

extension BoundExpression {
  /// Deeper ones could exhaust the stack of the thread that evaluates them.
  private static let maximumDepth = 1000

  package init(wire: Roost_BoundExpression) throws(ProtocolError) {
    var results: [(expression: BoundExpression, depth: Int)] = []
    for node in wire.nodes {
      guard let count = Int(exactly: node.operandCount), count <= results.count else {
        throw .malformedMessage("an expression that lacks operands")
      }
      // An array of its own: a slice would make every change of the results copy them all.
      let operands = Array(results.suffix(count))
      let depth = 1 + (operands.lazy.map(\.depth).max() ?? 0)
      guard depth <= Self.maximumDepth else {
        throw .malformedMessage("an expression deeper than \(Self.maximumDepth) levels")
      }
      let expression = try BoundExpression(wire: node, operands: operands.map(\.expression))
      results.removeLast(count)
      results.append((expression, depth))
    }
    guard results.count == 1 else {
      throw .malformedMessage("an expression with \(results.count) results")
    }
    self = results[0].expression
  }

  private init(
    wire: Roost_ExpressionNode, operands: [BoundExpression]
  ) throws(ProtocolError) {
    let type = try DataType(wire: wire.type)
    let mode: EvaluationMode = wire.isTry ? .try : .ansi
    let kind: Kind
    switch wire.kind {
    case .column(let index) where operands.isEmpty: kind = .column(Int(index))
    case .literal(let value) where operands.isEmpty: kind = .literal(try Scalar(wire: value))
    case .call(let name):
      guard let function = ScalarFunction(rawValue: name) else {
        throw .malformedMessage("the function '\(name)' is unknown here")
      }
      guard function.argumentCounts.contains(operands.count) else {
        throw .malformedMessage("a call of '\(name)' with \(operands.count) arguments")
      }
      kind = .call(function, operands, mode)
    case .form(.cast) where operands.count == 1: kind = .cast(operands[0], mode)
    case .form(.and) where !operands.isEmpty: kind = .and(operands)
    case .form(.or) where !operands.isEmpty: kind = .or(operands)
    case .form(.coalesce) where !operands.isEmpty: kind = .coalesce(operands)
    case .form(.caseWhen) where !operands.count.isMultiple(of: 2):
      let branches = stride(from: 0, to: operands.count - 1, by: 2).map {
        Branch(condition: operands[$0], value: operands[$0 + 1])
      }
      kind = .caseWhen(branches, otherwise: operands[operands.count - 1])
    default: throw .malformedMessage("a part of an expression that means nothing")
    }
    self.init(kind, type)
  }

  package var wire: Roost_BoundExpression {
    .with { appendNodes(to: &$0.nodes) }
  }

  private func appendNodes(to nodes: inout [Roost_ExpressionNode]) {
    let operands = self.operands
    for operand in operands { operand.appendNodes(to: &nodes) }
    nodes.append(
      .with {
        $0.type = type.wire
        $0.operandCount = UInt32(operands.count)
        switch kind {
        case .column(let index): $0.column = UInt32(index)
        case .literal(let value): $0.literal = value.wire
        case .cast(_, let mode):
          $0.form = .cast
          $0.isTry = mode == .try
        case .call(let function, _, let mode):
          $0.call = function.rawValue
          $0.isTry = mode == .try
        case .and: $0.form = .and
        case .or: $0.form = .or
        case .caseWhen: $0.form = .caseWhen
        case .coalesce: $0.form = .coalesce
        // Planning takes it out; a node of no kind is refused by who reads it.
        case .python: break
        }
      })
  }
}

extension NamedExpression {
  package init(wire: Roost_NamedExpression) throws(ProtocolError) {
    self.init(name: wire.name, expression: try BoundExpression(wire: wire.expression))
  }

  package var wire: Roost_NamedExpression {
    .with {
      $0.name = name
      $0.expression = expression.wire
    }
  }
}

extension SortOrder {
  package init(wire: Roost_SortOrder) throws(ProtocolError) {
    self.init(
      expression: try BoundExpression(wire: wire.expression), descending: wire.descending,
      nullsFirst: wire.nullsFirst)
  }

  package var wire: Roost_SortOrder {
    .with {
      $0.expression = expression.wire
      $0.descending = descending
      $0.nullsFirst = nullsFirst
    }
  }
}
