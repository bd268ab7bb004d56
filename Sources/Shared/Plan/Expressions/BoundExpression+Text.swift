import Columnar

extension BoundExpression {
  /// The expression as SQL over columns of these names: for messages and plans that people read.
  package func text(columns: [String]) -> String {
    switch kind {
    case .column(let index):
      return columns.indices.contains(index) ? columns[index] : "#\(index)"
    case .literal(.string(let text)): return "'\(text)'"
    case .literal(let value): return literalText(value, type)
    case .cast(let operand, let mode):
      let word = mode == .ansi ? "CAST" : "TRY_CAST"
      return "\(word)(\(operand.text(columns: columns)) AS \(sqlName(type)))"
    case .call(let function, let arguments, let mode):
      return function.text(arguments.map { $0.text(columns: columns) }, mode)
    case .and(let operands):
      return "(" + operands.map { $0.text(columns: columns) }.joined(separator: " AND ") + ")"
    case .or(let operands):
      return "(" + operands.map { $0.text(columns: columns) }.joined(separator: " OR ") + ")"
    case .caseWhen(let branches, let otherwise):
      let whens = branches.map {
        "WHEN \($0.condition.text(columns: columns)) THEN \($0.value.text(columns: columns))"
      }
      return "CASE " + whens.joined(separator: " ")
        + " ELSE \(otherwise.text(columns: columns)) END"
    case .coalesce(let operands):
      return "coalesce(" + operands.map { $0.text(columns: columns) }.joined(separator: ", ") + ")"
    case .python(let function, let arguments):
      return function.text + "("
        + arguments.map { $0.text(columns: columns) }.joined(separator: ", ") + ")"
    }
  }
}

extension ScalarFunction {
  fileprivate func text(_ arguments: [String], _ mode: EvaluationMode) -> String {
    if mode == .ansi {
      if let symbol = Self.symbols[self], arguments.count == 2 {
        return "(\(arguments[0]) \(symbol) \(arguments[1]))"
      }
      switch self {
      case .negate: return "(- \(arguments[0]))"
      case .not: return "(NOT \(arguments[0]))"
      case .isNull: return "(\(arguments[0]) IS NULL)"
      case .isNotNull: return "(\(arguments[0]) IS NOT NULL)"
      case .isIn:
        return "(\(arguments[0]) IN (\(arguments.dropFirst().joined(separator: ", "))))"
      case .between: return "(\(arguments[0]) BETWEEN \(arguments[1]) AND \(arguments[2]))"
      case .like, .likeIgnoringCase, .regexpLike:
        return "\(arguments[0]) \(sqlName) \(arguments[1])"
      default: break
      }
    }
    let prefix = mode == .try ? "try_" : ""
    return "\(prefix)\(sqlName)(\(arguments.joined(separator: ", ")))"
  }

  private static let symbols: [ScalarFunction: String] = [
    .add: "+", .subtract: "-", .multiply: "*", .divide: "/", .remainder: "%",
    .integralDivide: "div", .equal: "=", .notEqual: "!=", .less: "<", .lessOrEqual: "<=",
    .greater: ">", .greaterOrEqual: ">=", .nullSafeEqual: "<=>",
  ]

  /// The name that Spark's SQL has for the function.
  package var sqlName: String { Self.sqlNames[self] ?? rawValue.lowercased() }

  /// Where it is not the name in lower case.
  private static let sqlNames: [ScalarFunction: String] = [
    .remainder: "mod", .positiveModulo: "pmod", .negate: "negative", .absolute: "abs",
    .octetLength: "octet_length", .trimLeft: "ltrim", .trimRight: "rtrim",
    .concatWithSeparator: "concat_ws", .padLeft: "lpad", .padRight: "rpad", .like: "LIKE",
    .likeIgnoringCase: "ILIKE", .regexpLike: "RLIKE", .regexpReplace: "regexp_replace",
    .regexpExtract: "regexp_extract", .lastDay: "last_day", .addDays: "date_add",
    .addMonths: "add_months", .dateDifference: "datediff", .truncateTimestamp: "date_trunc",
    .truncateDate: "trunc", .makeDate: "make_date", .parseTimestamp: "to_timestamp",
    .formatTimestamp: "date_format", .unixSeconds: "unix_timestamp",
    .timestampFromSeconds: "timestamp_seconds", .timestampFromMilliseconds: "timestamp_millis",
    .timestampFromMicroseconds: "timestamp_micros", .elementAt: "element_at",
  ]
}
