/// A word of an expression's text.
struct Token: Hashable {
  enum Kind: Hashable {
    /// A name or a keyword, as written.
    case word(String)
    /// A name in backticks or double quotes: never a keyword.
    case quotedName(String)
    /// A string in single quotes, its escapes resolved.
    case string(String)
    /// Digits, maybe with a point, an exponent and a suffix, as written.
    case number(String)
    case symbol(String)
    case end
  }

  let kind: Kind
  /// In characters from 1.
  let position: Int

  /// The keyword that this may be, in upper case.
  var keyword: String? {
    if case .word(let word) = kind { word.uppercased() } else { nil }
  }

  /// For messages.
  var description: String {
    switch kind {
    case .word(let word): "'\(word)'"
    case .quotedName(let name): "the name `\(name)`"
    case .string(let text): "the string '\(text)'"
    case .number(let text): "'\(text)'"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end"
    }
  }
}
