import Columnar

/// A call whose arguments are bound, on its way to a function of the catalogue. Positions of messages count
/// arguments from 1.
struct FunctionCall {
  /// As people write it: a name in lower case, or an operator.
  let name: String
  let position: Int
  let arguments: [BoundExpression]

  var count: Int { arguments.count }

  /// What a function takes in one place.
  enum Parameter {
    case string, double, integer, long, boolean, date, timestamp
    /// Any number, kept in its type; text becomes a double.
    case numeric
    /// A date or a timestamp, kept in its type; text becomes a timestamp.
    case dateOrTimestamp
    /// Anything.
    case any
    case list

    var description: String {
      switch self {
      case .string: "a string"
      case .double, .numeric: "a number"
      case .integer, .long: "an integer"
      case .boolean: "a boolean"
      case .date: "a date"
      case .timestamp: "a timestamp"
      case .dateOrTimestamp: "a date or a timestamp"
      case .any: "a value"
      case .list: "a list"
      }
    }
  }

  func error(_ problem: ExpressionError.Problem) -> ExpressionError {
    ExpressionError(problem, at: position)
  }

  /// The argument brought to the parameter's type by the casts that need no `CAST`.
  func argument(_ index: Int, _ parameter: Parameter) throws(ExpressionError) -> BoundExpression {
    let argument = arguments[index]
    guard let type = implicitTarget(of: argument.type, parameter) else {
      throw error(
        .argumentType(
          function: name, argument: index + 1, expected: parameter.description,
          found: argument.type))
    }
    return argument.casting(to: type)
  }

  /// The type that a parameter takes of an argument of type `type`; nil when it takes none.
  private func implicitTarget(of type: DataType, _ parameter: Parameter) -> DataType? {
    let isText = type == .string || type == .void
    switch parameter {
    case .any: return type
    case .string: return type.canBeCast(to: .string) ? .string : nil
    case .double: return type.isNumeric || isText ? .double : nil
    case .numeric: return type.isNumeric ? type : isText ? .double : nil
    case .integer: return type.isInteger || isText ? .integer : nil
    case .long: return type.isInteger || isText ? .long : nil
    case .boolean: return type == .boolean || isText ? .boolean : nil
    case .date: return type == .date || type == .timestamp || isText ? .date : nil
    case .timestamp: return type == .date || type == .timestamp || isText ? .timestamp : nil
    case .dateOrTimestamp:
      return type == .date || type == .timestamp ? type : isText ? .timestamp : nil
    case .list:
      if case .list = type { return type }
      return nil
    }
  }

  /// The constant of an argument; nil when the argument is a bare NULL.
  func constant(_ index: Int, _ parameter: Parameter) throws(ExpressionError) -> Scalar? {
    let argument = try argument(index, parameter)
    guard let value = argument.literalValue else {
      throw error(
        .invalidArgument(function: name, argument: index + 1, reason: "must be a constant"))
    }
    return value == .null ? nil : value
  }

  func constantString(_ index: Int) throws(ExpressionError) -> String? {
    guard case .string(let text) = try constant(index, .string) else { return nil }
    return text
  }

  func constantInteger(_ index: Int) throws(ExpressionError) -> Int? {
    guard case .integer(let value) = try constant(index, .integer) else { return nil }
    return Int(value)
  }

  /// The arguments from `start` on, in the type that they have in common.
  func unified(from start: Int = 0) throws(ExpressionError) -> [BoundExpression] {
    var type = DataType.void
    for argument in arguments[start...] {
      guard let common = commonType(type, argument.type) else {
        throw error(.typeMismatch(operation: name, left: type, right: argument.type))
      }
      type = common
    }
    return arguments[start...].map { $0.casting(to: type) }
  }
}
