/// Rows under headings: the first column names the row.
struct DataTable {
  struct Column {
    var name: String
    var isNumeric: Bool

    static func text(_ name: String) -> Column { Column(name: name, isNumeric: false) }
    static func number(_ name: String) -> Column { Column(name: name, isNumeric: true) }
  }

  /// What it shows, for those who hear it; also where its scroll position is kept.
  let label: String
  let columns: [Column]
  private var rows = HTML()
  private(set) var rowCount = 0

  init(_ label: String, _ columns: [Column]) {
    self.label = label
    self.columns = columns
  }

  mutating func addRow(_ cells: [HTML]) {
    rowCount += 1
    rows.append(
      element("tr") {
        for (index, cell) in cells.enumerated() {
          let isNumeric = columns.indices.contains(index) && columns[index].isNumeric
          let style = isNumeric ? "number" : nil
          if index == 0 {
            element("th", ["scope": "row", "class": style]) { cell }
          } else {
            element("td", ["class": style]) { cell }
          }
        }
      })
  }

  mutating func addRow(_ cells: [String]) { addRow(cells.map { HTML($0) }) }

  var markup: HTML {
    scrolling(label, label: label) {
      element("table") {
        element("thead") {
          element("tr") {
            for column in columns {
              element("th", ["scope": "col", "class": column.isNumeric ? "number" : nil]) {
                column.name
              }
            }
          }
        }
        element("tbody") { rows }
      }
    }
  }
}
