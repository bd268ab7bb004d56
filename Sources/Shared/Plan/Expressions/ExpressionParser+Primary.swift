import Columnar

// What operators combine: names, constants, calls, CASE, CAST and parentheses.

extension ExpressionParser {
  mutating func primary() throws(ExpressionError) -> Expression {
    let token = current
    let position = token.position
    switch token.kind {
    case .number(let text):
      advance()
      return try number(text, at: position)
    case .string(let text):
      advance()
      return Expression(.literal(.string(text), .string), at: position)
    case .quotedName(let name):
      advance()
      return Expression(.column(name), at: position)
    case .symbol("("):
      advance()
      let inner = try expression()
      try expect(symbol: ")")
      return inner
    case .word(let word):
      return try named(word, at: position)
    case .symbol("*"):
      throw ExpressionError(.misplacedStar, at: position)
    case .symbol, .end:
      throw unexpected("a value")
    }
  }

  /// Words that cannot be a column's name without quotes.
  static let reserved: Set<String> = [
    "AND", "AS", "BETWEEN", "CASE", "DISTINCT", "DIV", "ELSE", "END", "FROM", "ILIKE", "IN", "IS",
    "LIKE", "NOT", "OR", "RLIKE", "REGEXP", "THEN", "WHEN",
  ]

  private mutating func named(
    _ word: String, at position: Int
  ) throws(ExpressionError) -> Expression {
    let keyword = word.uppercased()
    let isCall = following.kind == .symbol("(")
    switch keyword {
    case "NULL" where !isCall: return constant(.null, .void)
    case "TRUE" where !isCall: return constant(.boolean(true), .boolean)
    case "FALSE" where !isCall: return constant(.boolean(false), .boolean)
    case "CASE":
      advance()
      return try caseWhen(at: position)
    case "CAST" where isCall: return try cast(.ansi)
    case "TRY_CAST" where isCall: return try cast(.try)
    case "INTERVAL":
      if case .string = following.kind { throw intervalUnsupported(position) }
      if case .number = following.kind { throw intervalUnsupported(position) }
    case "DATE", "TIMESTAMP", "TIMESTAMP_LTZ", "X":
      if case .string(let text) = following.kind {
        return try typedLiteral(keyword, text, at: position)
      }
    case "EXTRACT" where isCall: return try extract(at: position)
    case "POSITION" where isCall: return try positionCall(at: position)
    case "TRIM" where isCall: return try trim(at: position)
    case "SUBSTRING" where isCall, "SUBSTR" where isCall: return try substring(at: position)
    default: break
    }
    if isCall { return try call(word.lowercased(), at: position) }
    if Self.reserved.contains(keyword) { throw unexpected("a value") }
    advance()
    return Expression(.column(word), at: position)
  }

  private mutating func constant(_ value: Scalar, _ type: DataType) -> Expression {
    let position = current.position
    advance()
    return Expression(.literal(value, type), at: position)
  }

  private func intervalUnsupported(_ position: Int) -> ExpressionError {
    ExpressionError(
      .unsupported("INTERVAL", reason: "use date_add, add_months or a number of seconds"),
      at: position)
  }

  private mutating func typedLiteral(
    _ keyword: String, _ text: String, at position: Int
  ) throws(ExpressionError) -> Expression {
    advance()
    advance()
    switch keyword {
    case "X":
      guard let bytes = hexadecimal(text) else {
        throw ExpressionError(.invalidLiteral(type: .binary, text: text), at: position)
      }
      return Expression(.literal(.binary(bytes), .binary), at: position)
    case "DATE":
      guard let days = parseDate(text) else {
        throw ExpressionError(.invalidLiteral(type: .date, text: text), at: position)
      }
      return Expression(.literal(.date(days), .date), at: position)
    default:
      guard let time = parseTimestamp(text) else {
        throw ExpressionError(.invalidLiteral(type: .timestamp, text: text), at: position)
      }
      return Expression(.literal(.timestamp(time), .timestamp), at: position)
    }
  }

  private func hexadecimal(_ text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }

  private mutating func caseWhen(at position: Int) throws(ExpressionError) -> Expression {
    let operand = current.keyword == "WHEN" ? nil : try expression()
    var branches: [Expression.Branch] = []
    while accept(keyword: "WHEN") {
      let condition = try expression()
      try expect(keyword: "THEN")
      branches.append(Expression.Branch(condition: condition, value: try expression()))
    }
    if branches.isEmpty { throw unexpected("WHEN") }
    let otherwise = accept(keyword: "ELSE") ? try expression() : nil
    try expect(keyword: "END")
    return Expression(
      .caseWhen(operand: operand, branches, otherwise: otherwise), at: position)
  }

  private mutating func cast(_ mode: EvaluationMode) throws(ExpressionError) -> Expression {
    let position = current.position
    advance()
    try expect(symbol: "(")
    let operand = try expression()
    try expect(keyword: "AS")
    let type = try dataType()
    try expect(symbol: ")")
    return Expression(.cast(operand, type, mode), at: position)
  }

  /// A call in the common form: `name(arguments)`.
  private mutating func call(
    _ name: String, at position: Int
  ) throws(ExpressionError) -> Expression {
    advance()
    try expect(symbol: "(")
    if accept(symbol: ")") { return Expression(.call(name, [], isDistinct: false), at: position) }
    if current.kind == .symbol("*"), following.kind == .symbol(")") {
      let star = Expression(.star, at: current.position)
      advance()
      advance()
      return Expression(.call(name, [star], isDistinct: false), at: position)
    }
    let isDistinct = accept(keyword: "DISTINCT")
    if !isDistinct { _ = accept(keyword: "ALL") }
    return Expression(.call(name, try arguments(), isDistinct: isDistinct), at: position)
  }

  /// `extract(YEAR FROM x)` is `year(x)`.
  private mutating func extract(at position: Int) throws(ExpressionError) -> Expression {
    advance()
    try expect(symbol: "(")
    guard let field = current.keyword else { throw unexpected("a unit such as YEAR") }
    let fieldPosition = current.position
    advance()
    try expect(keyword: "FROM")
    let value = try expression()
    try expect(symbol: ")")
    let names = [
      "YEAR": "year", "QUARTER": "quarter", "MONTH": "month", "WEEK": "weekofyear", "DAY": "day",
      "DAYOFWEEK": "dayofweek", "DOW": "dayofweek", "DOY": "dayofyear", "HOUR": "hour",
      "MINUTE": "minute", "SECOND": "second",
    ]
    guard let name = names[field] else {
      throw ExpressionError(
        .unsupported(
          "extract(\(field))",
          reason: "the units are \(names.keys.sorted().joined(separator: ", "))"),
        at: fieldPosition)
    }
    return Expression(.call(name, [value], isDistinct: false), at: position)
  }

  /// `position(a IN b)` or `position(a, b)`.
  private mutating func positionCall(at position: Int) throws(ExpressionError) -> Expression {
    advance()
    try expect(symbol: "(")
    // IN must not be read as the predicate.
    let wanted = try expression(above: .predicate)
    var operands = [wanted]
    if accept(keyword: "IN") || accept(symbol: ",") {
      operands.append(contentsOf: try arguments())
    } else {
      throw unexpected("IN")
    }
    return Expression(.call("position", operands, isDistinct: false), at: position)
  }

  /// `trim(BOTH 'x' FROM s)`, `trim(LEADING FROM s)`, `trim('x' FROM s)` or `trim(s)`.
  private mutating func trim(at position: Int) throws(ExpressionError) -> Expression {
    advance()
    try expect(symbol: "(")
    var name = "btrim"
    if following.kind != .symbol(")") {
      if accept(keyword: "LEADING") {
        name = "ltrim"
      } else if accept(keyword: "TRAILING") {
        name = "rtrim"
      } else {
        _ = accept(keyword: "BOTH")
      }
    }
    var operands: [Expression] = []
    if accept(keyword: "FROM") {
      operands = [try expression()]
    } else {
      let first = try expression()
      operands = accept(keyword: "FROM") ? [try expression(), first] : [first]
    }
    try expect(symbol: ")")
    return Expression(.call(name, operands, isDistinct: false), at: position)
  }

  /// `substring(s FROM 2 FOR 3)` or `substring(s, 2, 3)`.
  private mutating func substring(at position: Int) throws(ExpressionError) -> Expression {
    advance()
    try expect(symbol: "(")
    var operands = [try expression()]
    while accept(symbol: ",") || accept(keyword: "FROM") || accept(keyword: "FOR") {
      operands.append(try expression())
    }
    try expect(symbol: ")")
    return Expression(.call("substring", operands, isDistinct: false), at: position)
  }
}
