/// What a document is made of, read without a browser: whether its elements close in the order in which they open.
struct Markup {
  private(set) var elements: [String] = []
  private(set) var problems: [String] = []

  private static let empty: Set<String> = ["meta", "link", "input", "br"]

  init(_ document: String) {
    var open: [String] = []
    var rest = document[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else {
        problems.append("unfinished element")
        return
      }
      let inner = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if inner.hasPrefix("!") { continue }
      let name = String(inner.drop { $0 == "/" }.prefix { $0 != " " })
      if inner.hasPrefix("/") {
        if open.popLast() != name { problems.append("</\(name)> closes something else") }
      } else {
        elements.append(name)
        if !Self.empty.contains(name) { open.append(name) }
      }
    }
    problems += open.map { "<\($0)> is not closed" }
  }
}
