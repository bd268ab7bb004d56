import Columnar

extension Expression {
  /// The name of an item without an alias: what Spark prints for it.
  package var defaultName: String {
    switch kind {
    case .column(let name): return name
    case .literal(let value, let type): return literalText(value, type)
    case .star: return "1"
    case .operation(let operation, let operands):
      return Self.text(operation, operands.map(\.defaultName))
    case .call(let name, let arguments, let isDistinct):
      let list = arguments.map(\.defaultName).joined(separator: ", ")
      return "\(name)(\(isDistinct ? "DISTINCT " : "")\(list))"
    case .cast(let operand, let type, let mode):
      let word = mode == .ansi ? "CAST" : "TRY_CAST"
      return "\(word)(\(operand.defaultName) AS \(sqlName(type)))"
    case .caseWhen(let operand, let branches, let otherwise):
      var words = ["CASE"]
      if let operand { words.append(operand.defaultName) }
      for branch in branches {
        words.append("WHEN \(branch.condition.defaultName) THEN \(branch.value.defaultName)")
      }
      if let otherwise { words.append("ELSE \(otherwise.defaultName)") }
      return (words + ["END"]).joined(separator: " ")
    }
  }

  /// Bytes of an operand that Spark writes twice, at most: a hundred of them inside of each other would make a name
  /// of 2^100 operands.
  private static let longestRepeated = 256

  private static func text(_ operation: Operation, _ operands: [String]) -> String {
    switch operation {
    case .negate: "(- \(operands[0]))"
    case .not: "(NOT \(operands[0]))"
    case .isNull, .isNotNull: "(\(operands[0]) \(operation.rawValue))"
    case .isIn: "(\(operands[0]) IN (\(operands.dropFirst().joined(separator: ", "))))"
    case .between where operands[0].utf8.count > longestRepeated:
      "(\(operands[0]) BETWEEN \(operands[1]) AND \(operands[2]))"
    case .between: "((\(operands[0]) >= \(operands[1])) AND (\(operands[0]) <= \(operands[2])))"
    case .concat: "concat(\(operands.joined(separator: ", ")))"
    case .like, .likeIgnoringCase, .regexpLike:
      "\(operands[0]) \(operation.rawValue) \(operands[1])"
    case .element: "\(operands[0])[\(operands[1])]"
    case .notEqual: "(NOT (\(operands[0]) = \(operands[1])))"
    case .and, .or:
      // From the left, two at a time.
      String(repeating: "(", count: operands.count - 1)
        + operands[0] + operands.dropFirst().map { " \(operation.rawValue) \($0))" }.joined()
    default: "(\(operands.joined(separator: " \(operation.rawValue) ")))"
    }
  }
}

/// A type as Spark's SQL writes it.
func sqlName(_ type: DataType) -> String {
  switch type {
  case .byte: "TINYINT"
  case .short: "SMALLINT"
  case .long: "BIGINT"
  case .list(let element): "ARRAY<\(sqlName(element))>"
  default: type.description.uppercased()
  }
}

/// A constant as Spark's SQL writes it, strings without quotes.
func literalText(_ value: Scalar, _ type: DataType) -> String {
  switch value {
  case .null: "NULL"
  case .boolean(let value): String(value)
  case .integer(let value): String(value)
  case .float(let value): formatFloatingPoint(value)
  case .double(let value): formatFloatingPoint(value)
  case .string(let value): value
  case .binary(let bytes):
    "X'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
      + "'"
  case .date(let days): "DATE '\(formatDate(days))'"
  case .timestamp(let time): "TIMESTAMP '\(formatTimestamp(time))'"
  case .decimal(let unscaled, let scale): DecimalValue.format(unscaled, scale: scale)
  case .list(let items):
    "array(" + items.map { literalText($0, type) }.joined(separator: ", ") + ")"
  }
}
