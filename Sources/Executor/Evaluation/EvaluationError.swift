import Columnar

/// A value that an expression cannot take, as Spark reports it in ANSI mode. The job fails: another attempt
/// would meet the same value.
package enum EvaluationError: Error, Hashable, Sendable {
  case divisionByZero(expression: String)
  case overflow(expression: String, type: DataType)
  case invalidCast(value: String, from: DataType, to: DataType, expression: String)
  case invalidArgument(value: String, reason: String, expression: String)
  /// A list has no such element.
  case noSuchElement(position: Int64, count: Int, expression: String)
  /// A text, or all texts of a batch, are longer than is possible.
  case tooLarge(expression: String)
  /// A column of the batch is not the one that the expression was bound to: a bug, not bad data.
  case wrongInput(column: Int, expected: DataType, found: DataType?)
  /// Arrow refused, with its words.
  case kernel(message: String, expression: String)
  /// A function of the user's inside of an expression, from which planning should have taken it: a bug, not bad data.
  case python(String)
}

extension EvaluationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .divisionByZero(let expression):
      "division by zero in \(expression); try_divide and try_mod give null instead"
    case .overflow(let expression, let type):
      "the result of \(expression) does not fit \(type); "
        + "cast its operands to a wider type, or use the try_ form for null"
    case .invalidCast(let value, let from, let to, let expression):
      "the \(from) '\(value)' cannot be cast to \(to) in \(expression); "
        + "correct it at its source, or use try_cast for null"
    case .invalidArgument(let value, let reason, let expression):
      "'\(value)' \(reason) in \(expression)"
    case .noSuchElement(let position, let count, let expression):
      "there is no element \(position) in a list of \(count) in \(expression); "
        + "try_element_at gives null instead"
    case .tooLarge(let expression):
      "the texts of \(expression) are too long: one may take 64 MiB where it is padded or repeated, "
        + "those of one batch 2 GiB"
    case .wrongInput(let column, let expected, let found):
      "column \(column) is \(found.map { "\($0)" } ?? "missing") where \(expected) was planned"
    case .kernel(let message, let expression): "\(message), in \(expression)"
    case .python(let function): "\(function) stands where no Python function can be called"
    }
  }
}
