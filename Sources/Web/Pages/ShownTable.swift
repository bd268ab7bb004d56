import Columnar
import Foundation
import Wire

/// Rows that a job shows, read from what the driver keeps of them.
package struct ShownTable: Sendable {
  package let name: String
  package let batches: [RecordBatch]

  /// Throws for bytes that are no batches of one schema.
  package init(_ table: Roost_ShownTable) throws {
    name = table.table
    batches = try table.batches.map { bytes in
      try bytes.withUnsafeBytes { try RecordBatch(deserializing: $0) }
    }
    guard let first = batches.first else { return }
    guard batches.allSatisfy({ $0.schema == first.schema }) else { throw WebError.unexpectedAnswer }
  }

  package var fields: [Field] { batches.first?.schema.fields ?? [] }
  package var rowCount: Int { batches.reduce(0) { $0 + $1.rowCount } }

  /// The first rows, as values.
  package func rows(limit: Int) -> [[Scalar]] {
    var rows: [[Scalar]] = []
    for batch in batches {
      for row in 0..<batch.rowCount {
        guard rows.count < limit else { return rows }
        rows.append(batch.columns.map { $0[row] })
      }
    }
    return rows
  }

  /// Characters of a cell; the rest is for those who point at it.
  private static let cellLimit = 60

  func markup(limit: Int) -> HTML {
    let fields = self.fields
    var table = DataTable(
      "Rows of \(name)",
      fields.map { DataTable.Column(name: $0.name, isNumeric: $0.type.isNumeric) })
    for row in rows(limit: limit) {
      table.addRow(
        row.map { value in
          let text = value.cellText
          if case .null = value { return element("span", ["class": "null"]) { "NULL" } }
          guard text.count > Self.cellLimit else { return HTML(text) }
          return element("span", ["title": shortened(text, to: 2000)]) {
            shortened(text, to: Self.cellLimit)
          }
        })
    }
    return table.markup
  }
}
