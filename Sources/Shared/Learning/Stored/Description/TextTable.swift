/// A table for people: texts begin in one column, numbers have their decimal points in one.
struct TextTable {
  enum Cell {
    case text(String)
    case number(Double)
  }

  /// More rows than anybody reads are counted instead.
  static let rowLimit = 200
  /// The number columns that stand side by side; further ones follow below.
  private static let columnLimit = 8

  private let headings: [String]
  /// Rows may end early.
  private var rows: [[Cell]] = []
  private var omittedCount = 0

  init(_ headings: [String]) { self.headings = headings }

  mutating func append(_ row: [Cell]) {
    if rows.count < Self.rowLimit { rows.append(row) } else { omittedCount += 1 }
  }

  var lines: [String] {
    let columns = headings.indices.map { column in
      aligned(column)
    }
    var lines = (0...rows.count).map { row in
      var line = columns.map { $0[row] }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    if omittedCount > 0 { lines.append("... \(omittedCount) more rows") }
    return lines
  }

  /// The heading and the cells of a column, all of one width.
  private func aligned(_ column: Int) -> [String] {
    var whole = 0
    var rest = 0
    var isNumber = false
    var texts = rows.map { row -> (text: String, whole: Int?) in
      guard column < row.count else { return ("", nil) }
      switch row[column] {
      case .text(let text): return (text, nil)
      case .number(let value):
        let text = value.short
        let length = text.prefix { $0 != "." && $0 != "e" }.count
        whole = max(whole, length)
        rest = max(rest, text.count - length)
        isNumber = true
        return (text, length)
      }
    }
    for index in texts.indices {
      guard let length = texts[index].whole else { continue }
      let text = texts[index].text
      texts[index].text =
        Self.spaces(whole - length) + text + Self.spaces(rest - (text.count - length))
    }
    let all = [headings[column]] + texts.map(\.text)
    let width = all.reduce(0) { max($0, $1.count) }
    return all.map { text in
      let padding = Self.spaces(width - text.count)
      return isNumber ? padding + text : text + padding
    }
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }

  /// The lines of a table of numbers with a name for each row and column, cut below each other where it is wide.
  /// - Parameter heading: above the rows' names.
  static func matrix(
    _ heading: String, rows: [String], columns: [String], value: (Int, Int) -> Double?
  ) -> [String] {
    var lines: [String] = []
    var first = 0
    repeat {
      let range = first..<min(columns.count, first + columnLimit)
      var table = TextTable([heading] + columns[range])
      for (row, name) in rows.enumerated() {
        table.append([.text(name)] + range.map { value(row, $0).map { .number($0) } ?? .text("") })
      }
      if first > 0 { lines.append("") }
      lines += table.lines
      first = range.upperBound
    } while first < columns.count
    return lines
  }
}
