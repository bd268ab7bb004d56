import Columnar

/// Parses one expression of Spark's SQL. Throws for anything that is left after it.
package func parseExpression(_ text: String) throws(ExpressionError) -> Expression {
  var parser = try ExpressionParser(text)
  let expression = try parser.expression()
  try parser.expectEnd()
  return expression
}

/// A parser by binding powers (Pratt, "Top down operator precedence", 1973).
struct ExpressionParser {
  /// Recursion over a tree must not exhaust a thread's stack, whoever wrote the text.
  static let maximumDepth = 200
  static let maximumTokens = 50_000

  private let tokens: [Token]
  private var index = 0
  private var nesting = 0

  init(_ text: String) throws(ExpressionError) {
    tokens = try Lexer.tokens(of: text)
    if tokens.count > Self.maximumTokens {
      throw ExpressionError(.tooLarge(limit: Self.maximumTokens), at: 1)
    }
  }

  // MARK: Tokens

  var current: Token { tokens[index] }

  /// The token after the current one; the end when there is none.
  var following: Token { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  mutating func accept(symbol: String) -> Bool {
    guard current.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func accept(keyword: String) -> Bool {
    guard current.keyword == keyword else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: String) throws(ExpressionError) {
    if !accept(symbol: symbol) { throw unexpected("'\(symbol)'") }
  }

  mutating func expect(keyword: String) throws(ExpressionError) {
    if !accept(keyword: keyword) { throw unexpected(keyword) }
  }

  func expectEnd() throws(ExpressionError) {
    if current.kind != .end { throw unexpected("an operator or the end") }
  }

  func unexpected(_ expected: String) -> ExpressionError {
    if current.kind == .end {
      return ExpressionError(.unexpectedEnd(expected: expected), at: current.position)
    }
    return ExpressionError(
      .unexpected(found: current.description, expected: expected), at: current.position)
  }

  // MARK: Binding powers

  enum Power: Int, Comparable {
    case lowest, or, and, not, predicate, comparison, additive, multiplicative, unary, postfix

    static func < (one: Power, other: Power) -> Bool { one.rawValue < other.rawValue }
  }

  /// The operator at the current token that takes what stands before it as its left operand.
  private var infix: (Expression.Operation, Power)? {
    if case .symbol(let symbol) = current.kind { return Self.symbolOperators[symbol] }
    switch current.keyword {
    case "OR": return (.or, .or)
    case "AND": return (.and, .and)
    case "DIV": return (.integralDivide, .multiplicative)
    default: return nil
    }
  }

  private static let symbolOperators: [String: (Expression.Operation, Power)] = [
    "=": (.equal, .comparison), "==": (.equal, .comparison), "<=>": (.nullSafeEqual, .comparison),
    "<>": (.notEqual, .comparison), "!=": (.notEqual, .comparison), "<": (.less, .comparison),
    "<=": (.lessOrEqual, .comparison), ">": (.greater, .comparison),
    ">=": (.greaterOrEqual, .comparison), "+": (.add, .additive), "-": (.subtract, .additive),
    "||": (.concat, .additive), "*": (.multiply, .multiplicative),
    "/": (.divide, .multiplicative), "%": (.remainder, .multiplicative),
  ]

  // MARK: Expressions

  mutating func expression() throws(ExpressionError) -> Expression {
    try expression(above: .lowest)
  }

  /// An expression of operators that bind more strongly than `power`.
  mutating func expression(above power: Power) throws(ExpressionError) -> Expression {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Self.maximumDepth {
      throw ExpressionError(.tooDeep(limit: Self.maximumDepth), at: current.position)
    }
    var left = try prefix()
    while true {
      if let (operation, operatorPower) = infix, operatorPower > power {
        left = try chain(of: operation, operatorPower, from: left)
      } else if power < .postfix, accept(symbol: "::") {
        left = Expression(.cast(left, try dataType(), .ansi), at: left.position)
      } else if power < .postfix, accept(symbol: "[") {
        let position = try expression()
        try expect(symbol: "]")
        left = try node(.element, [left, position], at: left.position)
      } else if power < .predicate, let predicate = try predicate(on: left) {
        left = predicate
      } else {
        return try checkingDepth(left)
      }
    }
  }

  /// The operator at the current token and what follows it. Chains of AND, OR and || become one node, so that a long
  /// list of conditions is not deep. O(length of the chain).
  private mutating func chain(
    of operation: Expression.Operation, _ power: Power, from left: Expression
  ) throws(ExpressionError) -> Expression {
    let isChain = [.and, .or, .concat].contains(operation)
    var operands = [left]
    if isChain, case .operation(operation, let earlier) = left.kind { operands = earlier }
    repeat {
      advance()
      operands.append(try expression(above: power))
    } while isChain && infix?.0 == operation
    return try node(operation, operands, at: left.position)
  }

  func node(
    _ operation: Expression.Operation, _ operands: [Expression], at position: Int
  ) throws(ExpressionError) -> Expression {
    try checkingDepth(Expression(.operation(operation, operands), at: position))
  }

  private func checkingDepth(_ expression: Expression) throws(ExpressionError) -> Expression {
    if expression.depth > Self.maximumDepth {
      throw ExpressionError(.tooDeep(limit: Self.maximumDepth), at: expression.position)
    }
    return expression
  }

  private mutating func prefix() throws(ExpressionError) -> Expression {
    let position = current.position
    if accept(keyword: "NOT") {
      return try node(.not, [try expression(above: .not)], at: position)
    }
    if accept(symbol: "!") {
      return try node(.not, [try expression(above: .unary)], at: position)
    }
    if accept(symbol: "+") { return try expression(above: .unary) }
    if accept(symbol: "-") {
      // The sign belongs to a number, since -2147483648 is an int and 2147483648 is not.
      if case .number(let text) = current.kind, following.kind != .symbol("::") {
        advance()
        return try number("-" + text, at: position)
      }
      return try node(.negate, [try expression(above: .unary)], at: position)
    }
    return try primary()
  }

  func number(_ text: String, at position: Int) throws(ExpressionError) -> Expression {
    guard let (value, type) = numericLiteral(text) else {
      throw ExpressionError(.invalidNumber(text), at: position)
    }
    return Expression(.literal(value, type), at: position)
  }

  /// `IS NULL`, `IN`, `BETWEEN`, `LIKE` and their kind after `value`; nil when none stands here.
  private mutating func predicate(on value: Expression) throws(ExpressionError) -> Expression? {
    let position = value.position
    if accept(keyword: "IS") { return try test(of: value) }
    let start = index
    let isNegated = accept(keyword: "NOT") || accept(symbol: "!")
    let predicate: Expression
    if accept(keyword: "IN") {
      try expect(symbol: "(")
      predicate = try node(.isIn, [value] + (try arguments()), at: position)
    } else if accept(keyword: "BETWEEN") {
      let lower = try expression(above: .predicate)
      try expect(keyword: "AND")
      let upper = try expression(above: .predicate)
      predicate = try node(.between, [value, lower, upper], at: position)
    } else if accept(keyword: "LIKE") {
      predicate = try like(.like, value)
    } else if accept(keyword: "ILIKE") {
      predicate = try like(.likeIgnoringCase, value)
    } else if accept(keyword: "RLIKE") || accept(keyword: "REGEXP") {
      let pattern = try expression(above: .predicate)
      predicate = try node(.regexpLike, [value, pattern], at: position)
    } else {
      index = start
      return nil
    }
    return isNegated ? try node(.not, [predicate], at: position) : predicate
  }

  private mutating func like(
    _ operation: Expression.Operation, _ value: Expression
  ) throws(ExpressionError) -> Expression {
    var operands = [value, try expression(above: .predicate)]
    if accept(keyword: "ESCAPE") { operands.append(try primary()) }
    return try node(operation, operands, at: value.position)
  }

  /// What follows IS.
  private mutating func test(of value: Expression) throws(ExpressionError) -> Expression {
    let position = value.position
    let isNegated = accept(keyword: "NOT")
    if accept(keyword: "NULL") {
      return try node(isNegated ? .isNotNull : .isNull, [value], at: position)
    }
    let other: Expression
    if accept(keyword: "TRUE") {
      other = Expression(.literal(.boolean(true), .boolean), at: position)
    } else if accept(keyword: "FALSE") {
      other = Expression(.literal(.boolean(false), .boolean), at: position)
    } else if accept(keyword: "UNKNOWN") {
      return try node(isNegated ? .isNotNull : .isNull, [value], at: position)
    } else if accept(keyword: "DISTINCT") {
      try expect(keyword: "FROM")
      let equal = try node(
        .nullSafeEqual, [value, try expression(above: .predicate)], at: position)
      return isNegated ? equal : try node(.not, [equal], at: position)
    } else {
      throw unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM")
    }
    let equal = try node(.nullSafeEqual, [value, other], at: position)
    return isNegated ? try node(.not, [equal], at: position) : equal
  }

  /// Expressions between commas up to the closing parenthesis; at least one.
  mutating func arguments() throws(ExpressionError) -> [Expression] {
    var arguments = [try expression()]
    while accept(symbol: ",") { arguments.append(try expression()) }
    try expect(symbol: ")")
    return arguments
  }
}
