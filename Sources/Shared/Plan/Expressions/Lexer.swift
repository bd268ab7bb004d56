/// Cuts the text of an expression into tokens, as Spark SQL does: strings in single quotes with backslash
/// escapes or doubled quotes, raw strings (`r'...'`), names in backticks or double quotes, comments.
struct Lexer {
  private let characters: [Character]
  private var index = 0

  init(_ text: String) {
    characters = Array(text)
  }

  /// All tokens; the last one is `.end`. O(length).
  static func tokens(of text: String) throws(ExpressionError) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private func peek(_ distance: Int = 0) -> Character? {
    index + distance < characters.count ? characters[index + distance] : nil
  }

  private mutating func next() throws(ExpressionError) -> Token {
    try skipSpaceAndComments()
    let start = index
    guard let character = peek() else { return Token(kind: .end, position: start + 1) }
    let kind: Token.Kind
    if character == "'" {
      kind = .string(try string(isRaw: false))
    } else if character == "r" || character == "R", peek(1) == "'" {
      index += 1
      kind = .string(try string(isRaw: true))
    } else if character == "`" || character == "\"" {
      kind = .quotedName(try quotedName(quote: character))
    } else if character.isDecimalDigit || (character == "." && peek(1)?.isDecimalDigit == true) {
      kind = .number(number())
    } else if character == "_" || character.isLetter {
      while let next = peek(), next == "_" || next.isLetter || next.isNumber { index += 1 }
      kind = .word(String(characters[start..<index]))
    } else if let symbol = symbol() {
      kind = .symbol(symbol)
    } else {
      throw ExpressionError(.unexpectedCharacter(character), at: start + 1)
    }
    return Token(kind: kind, position: start + 1)
  }

  private mutating func skipSpaceAndComments() throws(ExpressionError) {
    while let character = peek() {
      if character.isWhitespace {
        index += 1
      } else if character == "-", peek(1) == "-" {
        while let next = peek(), !next.isNewline { index += 1 }
      } else if character == "/", peek(1) == "*" {
        let start = index
        index += 2
        while !(peek() == "*" && peek(1) == "/") {
          guard peek() != nil else {
            throw ExpressionError(.unterminated("comment"), at: start + 1)
          }
          index += 1
        }
        index += 2
      } else {
        return
      }
    }
  }

  private mutating func string(isRaw: Bool) throws(ExpressionError) -> String {
    let start = index
    index += 1
    var text = ""
    while let character = peek() {
      index += 1
      if character == "'" {
        // A doubled quote is a quote; a raw string ends at its first one.
        guard !isRaw, peek() == "'" else { return text }
        index += 1
        text.append("'")
      } else if character == "\\", !isRaw {
        text.append(contentsOf: escape())
      } else {
        text.append(character)
      }
    }
    throw ExpressionError(.unterminated("string"), at: start + 1)
  }

  /// What follows a backslash. `\%` and `\_` keep it, for LIKE.
  private mutating func escape() -> String {
    guard let character = peek() else { return "\\" }
    index += 1
    switch character {
    case "0": return "\0"
    case "b": return "\u{8}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "Z": return "\u{1A}"
    case "%", "_": return "\\\(character)"
    case "u":
      let digits = String(characters[index..<min(index + 4, characters.count)])
      guard digits.count == 4, let code = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(code)
      else { return "u" }
      index += 4
      return String(scalar)
    default: return String(character)
    }
  }

  private mutating func quotedName(quote: Character) throws(ExpressionError) -> String {
    let start = index
    index += 1
    var name = ""
    while let character = peek() {
      index += 1
      if character != quote {
        name.append(character)
      } else if peek() == quote {
        index += 1
        name.append(quote)
      } else {
        return name
      }
    }
    throw ExpressionError(.unterminated("name"), at: start + 1)
  }

  private mutating func number() -> String {
    let start = index
    skipDigits()
    if peek() == "." {
      index += 1
      skipDigits()
    }
    if peek() == "e" || peek() == "E" {
      let signed = peek(1) == "+" || peek(1) == "-"
      if peek(signed ? 2 : 1)?.isDecimalDigit == true {
        index += signed ? 2 : 1
        skipDigits()
      }
    }
    // A suffix, or letters that make it no number at all: the parser tells.
    while let next = peek(), next == "_" || next.isLetter || next.isNumber { index += 1 }
    return String(characters[start..<index])
  }

  private mutating func skipDigits() {
    while peek()?.isDecimalDigit == true { index += 1 }
  }

  private mutating func symbol() -> String? {
    for length in [3, 2, 1] where index + length <= characters.count {
      let candidate = String(characters[index..<index + length])
      if Self.symbols.contains(candidate) {
        index += length
        return candidate
      }
    }
    return nil
  }

  private static let symbols: Set<String> = [
    "<=>", "<=", ">=", "<>", "!=", "==", "||", "::", "=", "<", ">", "+", "-", "*", "/", "%", "(",
    ")", ",", "[", "]", "!", ".", ":",
  ]
}

extension Character {
  fileprivate var isDecimalDigit: Bool { "0"..."9" ~= self }
}
