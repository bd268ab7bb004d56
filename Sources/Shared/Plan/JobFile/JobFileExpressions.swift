/// Keys whose values are SQL.
extension JobFileReader {
  /// One expression.
  mutating func expression(_ entry: JobFileNode.Entry) -> Located<Expression>? {
    guard let text = sqlText(entry.value, key: entry.key) else { return nil }
    return parse([Piece(text: text, place: entry.value.place)]) {
      (text) throws(ExpressionError) in [try parseExpression(text)]
    }?.first
  }

  /// `select`, `aggregate`, `group_by` and `features`: one string or a list.
  mutating func selectItems(_ entry: JobFileNode.Entry) -> [Located<SelectItem>]? {
    pieces(entry).flatMap { parse($0, parseSelectList) }
  }

  /// `order_by`: one string or a list.
  mutating func sortItems(_ entry: JobFileNode.Entry) -> [Located<SortItem>]? {
    pieces(entry).flatMap { parse($0, parseSortList) }
  }

  /// A text that is parsed as a whole.
  private struct Piece {
    var text: String
    var place: JobFileNode.Place
  }

  /// YAML cuts a list in brackets at every comma, also inside of parentheses, so it is put together again and
  /// is one piece; of any other list each item is one.
  private mutating func pieces(_ entry: JobFileNode.Entry) -> [Piece]? {
    guard case .list(let items, let isFlow) = entry.value.content else {
      return sqlText(entry.value, key: entry.key).map {
        [Piece(text: $0, place: entry.value.place)]
      }
    }
    var pieces: [Piece] = []
    for item in items {
      guard let text = sqlText(item, key: entry.key) else { return nil }
      pieces.append(Piece(text: text, place: item.place))
    }
    guard let first = pieces.first else {
      report(
        .wrongShape(key: entry.key, found: "an empty list", expected: "one item or more"),
        at: entry.value.place)
      return nil
    }
    if !isFlow { return pieces }
    return [Piece(text: pieces.map(\.text).joined(separator: ", "), place: first.place)]
  }

  private mutating func sqlText(_ node: JobFileNode, key: String) -> String? {
    switch node.content {
    case .text(let text, _) where !node.isEmpty:
      return text
    case .text:
      report(.empty(key), at: node.place)
    case .list, .mapping:
      report(.notAnExpression(key: key, found: node.kind), at: node.place)
    }
    return nil
  }

  private mutating func parse<Item: Sendable>(
    _ pieces: [Piece], _ parse: (String) throws(ExpressionError) -> [Item]
  ) -> [Located<Item>]? {
    var result: [Located<Item>] = []
    let errorsBefore = errors.count
    for piece in pieces {
      do throws(ExpressionError) {
        result += try parse(piece.text).map {
          Located($0, line: piece.place.line, text: piece.text)
        }
      } catch {
        report(.expression(error, text: piece.text), at: piece.place)
      }
    }
    return errors.count == errorsBefore ? result : nil
  }
}
