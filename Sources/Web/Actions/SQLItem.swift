import Foundation
import Plan

/// An item of a select list as it was written.
struct SQLItem: Hashable, Sendable {
  var text: String
  /// Of its column.
  var name: String

  /// The items of several lists, in order; a list that stands there several times counts once.
  static func items(of lists: [String]) -> [SQLItem] {
    var seen: Set<String> = []
    return lists.filter { seen.insert($0).inserted }.flatMap(separated).compactMap { text in
      guard case .expression(let expression, let alias) = try? parseSelectList(text).first
      else { return nil }
      return SQLItem(text: text, name: alias ?? expression.defaultName)
    }
  }

  /// Cut at the commas that are not in parentheses, brackets or quotes.
  private static func separated(_ list: String) -> [String] {
    var items = [""]
    var depth = 0
    var quote: Character?
    var isEscaped = false
    for character in list {
      if let open = quote {
        if character == open, !isEscaped { quote = nil }
        isEscaped = open == "'" && character == "\\" && !isEscaped
      } else {
        switch character {
        case "'", "\"", "`": quote = character
        case "(", "[": depth += 1
        case ")", "]": depth -= 1
        default: break
        }
      }
      if character == ",", depth == 0, quote == nil {
        items.append("")
      } else {
        items[items.count - 1].append(character)
      }
    }
    return items.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      .filter { !$0.isEmpty }
  }

  /// A string of SQL.
  static func literal(_ text: String) -> String {
    let escaped = text.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "'", with: "''")
    return "'\(escaped)'"
  }

  /// A name of SQL.
  static func quoted(_ name: String) -> String {
    "`\(name.replacingOccurrences(of: "`", with: "``"))`"
  }
}
