import Columnar

/// Parses the items of a select list: `a, b + 1 AS c, *`.
package func parseSelectList(_ text: String) throws(ExpressionError) -> [SelectItem] {
  var parser = try ExpressionParser(text)
  var items: [SelectItem] = []
  repeat {
    items.append(try parser.selectItem())
  } while parser.accept(symbol: ",")
  try parser.expectEnd()
  return items
}

/// Parses the items of an ORDER BY: `a DESC NULLS LAST, b`.
package func parseSortList(_ text: String) throws(ExpressionError) -> [SortItem] {
  var parser = try ExpressionParser(text)
  var items: [SortItem] = []
  repeat {
    items.append(try parser.sortItem())
  } while parser.accept(symbol: ",")
  try parser.expectEnd()
  return items
}

extension ExpressionParser {
  fileprivate mutating func selectItem() throws(ExpressionError) -> SelectItem {
    let position = current.position
    if accept(symbol: "*") { return .star(position: position) }
    let expression = try expression()
    let isNamed = accept(keyword: "AS")
    switch current.kind {
    case .word(let name) where Self.reserved.contains(name.uppercased()):
      throw unexpected(isNamed ? "a name" : "an operator, a name or the end")
    case .word(let name), .quotedName(let name):
      advance()
      return .expression(expression, alias: name)
    default:
      if isNamed { throw unexpected("a name") }
      return .expression(expression, alias: nil)
    }
  }

  fileprivate mutating func sortItem() throws(ExpressionError) -> SortItem {
    let expression = try expression()
    let descending = accept(keyword: "DESC")
    if !descending { _ = accept(keyword: "ASC") }
    // As in Spark: nulls are smaller than every value unless it is said otherwise.
    var nullsFirst = !descending
    if accept(keyword: "NULLS") {
      nullsFirst = accept(keyword: "FIRST")
      if !nullsFirst { try expect(keyword: "LAST") }
    }
    return SortItem(expression: expression, descending: descending, nullsFirst: nullsFirst)
  }
}
