import Wire

/// Groups by their keys, with a number of each.
struct GroupTable {
  private var table: DataTable

  /// `action`: what can be done with a group, in a last column.
  init(
    _ label: String, valueName: String, _ groups: [Roost_GroupValue],
    action: ((Roost_GroupValue) -> HTML)? = nil, format: (Double) -> String
  ) {
    let keys = groups.first?.keys.map(\.column) ?? []
    var columns = keys.map { DataTable.Column.text($0) } + [.number(valueName)]
    if action != nil { columns.append(.text("")) }
    // Of a table without keys all rows are one group.
    if keys.isEmpty { columns.insert(.text("Group"), at: 0) }
    table = DataTable(label, columns)
    for group in groups {
      var cells = group.keys.map { $0.markup }
      if keys.isEmpty { cells.append(HTML("all rows")) }
      cells.append(HTML(format(group.value)))
      if let action { cells.append(action(group)) }
      table.addRow(cells)
    }
  }

  var markup: HTML { table.markup }
}

extension Roost_GroupKey {
  var markup: HTML {
    hasValue
      ? HTML(shortened(value, to: 80)) : element("span", ["class": "null"]) { "NULL" }
  }
}
