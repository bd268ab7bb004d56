import Columnar
import Plan

// LIKE and regular expressions: constants, which Arrow compiles once a call with RE2.

extension KernelCall {
  func pattern(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    let text = arguments[0]
    let pattern = try constantString(arguments[1])
    switch function {
    case .like, .likeIgnoringCase:
      let escape = try constantString(arguments[2])
      return try arrow(
        "match_like", [text],
        .match(
          pattern: likePattern(pattern, escape: escape),
          ignoreCase: function == .likeIgnoringCase))
    case .regexpLike:
      return try arrow(
        "match_substring_regex", [text], .match(pattern: pattern, ignoreCase: false))
    case .regexpReplace:
      let replacement = re2Replacement(try constantString(arguments[2]))
      return try arrow(
        "replace_substring_regex", [text],
        .replace(pattern: pattern, replacement: replacement))
    case .regexpExtract:
      return try extract(text, pattern, group: try constantInteger(arguments[2]))
    default: return try split(text, pattern, limit: try constantInteger(arguments[2]))
    }
  }

  /// Arrow's own split by a regular expression never ends when the expression matches nothing at all, so the
  /// matches become a character that is no text, and the text is split there.
  private func split(_ text: Datum, _ pattern: String, limit: Int) throws -> Column {
    let separator = "\u{10FFFF}"
    let isTaken = try arrow(
      "match_substring", [text], .match(pattern: separator, ignoreCase: false),
      returning: .boolean)
    guard isTaken.countOfTrue == 0 else {
      throw EvaluationError.invalidArgument(
        value: "U+10FFFF", reason: "is no character and stands in a text", expression: self.text)
    }
    // With a limit only so many matches count, and the rest of the text stays as it is.
    let marked =
      limit == 1
      ? text.column
      : try arrow(
        "replace_substring_regex", [text],
        .replace(pattern: pattern, replacement: separator, maximum: limit > 0 ? limit - 1 : -1),
        returning: .string)
    return try arrow(
      "split_pattern", [datum(marked, [text])], .split(pattern: separator))
  }

  /// The first match's group, or nothing: the whole text is replaced by the group where it matches.
  private func extract(_ text: Datum, _ pattern: String, group: Int) throws -> Column {
    let isMatch = datum(
      try arrow(
        "match_substring_regex", [text], .match(pattern: pattern, ignoreCase: false),
        returning: .boolean), [text])
    let replaced = datum(
      try arrow(
        "replace_substring_regex", [text],
        .replace(
          pattern: "\\A(?s:.*?)(\(pattern))(?s:.*)\\z", replacement: "\\\(group + 1)")), [text])
    return try arrow("if_else", [isMatch, replaced, .scalar(.string(""), .string)])
  }
}

/// A LIKE pattern with a backslash as the escape, as Arrow takes it.
private func likePattern(_ pattern: String, escape: String) -> String {
  var result = String.UnicodeScalarView()
  let backslash: Unicode.Scalar = "\\"
  var isEscaped = false
  for scalar in pattern.unicodeScalars {
    if !isEscaped, scalar == escape.unicodeScalars.first {
      isEscaped = true
      continue
    }
    let isWildcard = scalar == "%" || scalar == "_"
    if scalar == backslash || isEscaped && isWildcard { result.append(backslash) }
    result.append(scalar)
    isEscaped = false
  }
  return String(result)
}

/// A replacement in Java's words (`$1`, `\$`) in those of RE2 (`\1`, `$`).
private func re2Replacement(_ replacement: String) -> String {
  var result = ""
  var characters = replacement.makeIterator()
  while let character = characters.next() {
    switch character {
    case "$":
      if let digit = characters.next() { result += digit.isNumber ? "\\\(digit)" : "$\(digit)" }
    case "\\":
      if let next = characters.next() { result += next == "\\" ? "\\\\" : String(next) }
    default: result.append(character)
    }
  }
  return result
}
