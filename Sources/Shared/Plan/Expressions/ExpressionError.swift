import Columnar

/// What is wrong with the text of an expression, and where.
package struct ExpressionError: Error, Hashable, Sendable {
  package enum Problem: Hashable, Sendable {
    case unexpectedEnd(expected: String)
    case unexpected(found: String, expected: String)
    case unexpectedCharacter(Character)
    /// A quote or a comment that nothing closes.
    case unterminated(String)
    case invalidNumber(String)
    /// `DATE '...'` or `TIMESTAMP '...'` with a text that is none.
    case invalidLiteral(type: DataType, text: String)
    case tooDeep(limit: Int)
    case tooLarge(limit: Int)
    case unknownType(String, nearest: String?)
    case invalidType(String, reason: String)
    case unknownColumn(String, nearest: String?)
    case unknownFunction(String, nearest: String?)
    /// A function that Spark has and that cannot be here, with the reason.
    case unsupported(String, reason: String)
    case argumentCount(function: String, expected: String, found: Int)
    case argumentType(function: String, argument: Int, expected: String, found: DataType)
    /// The operands have no common type.
    case typeMismatch(operation: String, left: DataType, right: DataType)
    case invalidCast(from: DataType, to: DataType)
    /// An argument that must be a constant and is not, or not one that serves.
    case invalidArgument(function: String, argument: Int, reason: String)
    case conditionNotBoolean(found: DataType)
    /// An aggregate function where there is one row at a time, or inside of another.
    case misplacedAggregate(String)
    /// A function of the user's where planning takes no calls out.
    case misplacedCall(String)
    /// Outside of aggregate functions only keys have one value a group.
    case notAKey(String, keys: [String])
    case misplacedStar
    case misplacedDistinct(String)
    case duplicateName(String)
  }

  package let problem: Problem
  /// The place in the text, in characters from 1.
  package let position: Int

  package init(_ problem: Problem, at position: Int) {
    self.problem = problem
    self.position = position
  }
}

extension ExpressionError: CustomStringConvertible {
  package var description: String { "\(problem) (at character \(position))" }
}

extension ExpressionError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpectedEnd(let expected): "the expression ends where \(expected) should stand"
    case .unexpected(let found, let expected): "found \(found) where \(expected) should stand"
    case .unexpectedCharacter(let character): "unexpected character '\(character)'"
    case .unterminated(let quote): "nothing closes the \(quote)"
    case .invalidNumber(let text): "'\(text)' is not a number, or too large for its type"
    case .invalidLiteral(let type, let text): "'\(text)' is not a \(type)"
    case .tooDeep(let limit): "the expression is nested deeper than \(limit) levels"
    case .tooLarge(let limit): "the expression has more than \(limit) parts"
    case .unknownType(let name, let nearest): "unknown type '\(name)'" + hint(nearest)
    case .invalidType(let name, let reason): "invalid type '\(name)': \(reason)"
    case .unknownColumn(let name, let nearest): "unknown column '\(name)'" + hint(nearest)
    case .unknownFunction(let name, let nearest): "unknown function '\(name)'" + hint(nearest)
    case .unsupported(let name, let reason): "\(name) is not supported: \(reason)"
    case .argumentCount(let function, let expected, let found):
      "\(function) takes \(expected), not \(found)"
    case .argumentType(let function, let argument, let expected, let found):
      "argument \(argument) of \(function) must be \(expected), not \(found)"
    case .typeMismatch(let operation, let left, let right):
      "\(operation) has no meaning for \(left) and \(right); cast one of them"
    case .invalidCast(let from, let to): "\(from) cannot be cast to \(to)"
    case .invalidArgument(let function, let argument, let reason):
      "argument \(argument) of \(function) \(reason)"
    case .conditionNotBoolean(let found): "a condition must be boolean, not \(found)"
    case .misplacedAggregate(let name):
      "the aggregate function \(name) cannot stand here; it belongs under 'aggregate'"
    case .misplacedCall(let name):
      "the Python function \(name) cannot be called here; call it in `select` and use its column"
    case .notAKey(let name, let keys):
      keys.isEmpty
        ? "column '\(name)' must stand inside of an aggregate function, since there are no keys"
        : "column '\(name)' must stand inside of an aggregate function; the keys are "
          + keys.joined(separator: ", ")
    case .misplacedStar: "* stands only alone in a select list or in count(*)"
    case .misplacedDistinct(let name): "DISTINCT has no meaning in \(name); count takes it"
    case .duplicateName(let name):
      "two columns are named '\(name)'; give one another name with AS"
    }
  }

  private func hint(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
