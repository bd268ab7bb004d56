import Columnar
import Learning
import Plan

/// The rows of a table of models that a person asked for.
struct ModelRows {
  /// Of more rows the rest is only counted.
  private static let overviewLimit = 10

  /// A row with its model.
  struct Row {
    let schema: Schema
    let values: [Scalar]

    /// What is known of the row, and the model in words.
    func text() throws -> String {
      guard let column = schema.names.firstIndex(of: "model"),
        case .binary(let bytes) = values[column]
      else {
        let error = schema.names.firstIndex(of: "error").map { TextTable.text(of: values[$0]) }
        throw CommandFailure(.failed, "there is no model: \(error ?? "its column is null")")
      }
      let facts = zip(schema.fields, values).compactMap { field, value -> (String, String)? in
        switch field.type {
        case .binary, .list: nil
        default: value == .null ? nil : (field.name, TextTable.text(of: value))
        }
      }
      let width = facts.map(\.0.count).max() ?? 0
      let lines = facts.map { name, text in
        name + String(repeating: " ", count: width - name.count) + "  " + text
      }
      do throws(ModelFormatError) {
        return (lines + [""] + (try StoredModel(bytes).lines)).joined(separator: "\n")
      } catch {
        throw CommandFailure(.failed, "\(error)")
      }
    }
  }

  private let conditions: [(column: String, value: String)]
  private(set) var count = 0
  private(set) var first: Row?
  private var batches: [RecordBatch] = []

  init(matching conditions: [(column: String, value: String)]) {
    self.conditions = conditions
  }

  /// Reads a folder or a file. Throws `FileError`, and `CommandFailure` where it is no table of models or lacks a column.
  mutating func read(_ path: String) throws {
    let format = try FileListing.list([path]).first.flatMap {
      FileNameExtension(of: $0.path)?.format
    }
    let table = try FileTable(
      paths: [path], format: format ?? .parquet, options: ReadOptions(), declaredSchema: nil)
    guard table.schema.fields.contains(Field("model", .binary)) else {
      throw CommandFailure(
        .wrongUse, "\(path) has no column `model` of type binary: `train` writes one")
    }
    let columns = try conditions.map { condition in
      guard let index = table.schema.names.firstIndex(of: condition.column) else {
        let names = table.schema.names.joined(separator: ", ")
        throw CommandFailure(
          .wrongUse, "\(path) has no column '\(condition.column)'; it has \(names)")
      }
      return index
    }
    for splits in table.partitions(count: nil) {
      let reader = FileReader(
        format: table.format, options: table.options, fileSchema: table.schema,
        columns: Array(table.schema.fields.indices), predicates: [], splits: splits)
      while let batch = try reader.next() { take(batch, columns) }
    }
  }

  private mutating func take(_ batch: RecordBatch, _ columns: [Int]) {
    for row in 0..<batch.rowCount {
      let isMeant = zip(columns, conditions).allSatisfy { column, condition in
        batch.columns[column][row].isWritten(as: condition.value)
      }
      guard isMeant else { continue }
      count += 1
      if first == nil { first = Row(schema: batch.schema, values: batch.columns.map { $0[row] }) }
      if count <= Self.overviewLimit { batches.append(batch.slice(row..<row + 1)) }
    }
  }

  /// The first rows without their lists and models.
  var overview: RecordBatch {
    let narrow = batches.map { batch in
      let columns = batch.schema.fields.indices.filter {
        switch batch.schema.fields[$0].type {
        case .binary, .list: false
        default: true
        }
      }
      return RecordBatch(
        schema: Schema(columns.map { batch.schema.fields[$0] }),
        columns: columns.map { batch.columns[$0] }, rowCount: batch.rowCount)
    }
    return (try? RecordBatch.concatenating(narrow)) ?? narrow[0]
  }
}

extension Scalar {
  /// Whether a person would write the value so.
  fileprivate func isWritten(as text: String) -> Bool {
    switch self {
    case .string(let value): value == text
    case .float(let value): Float(text) == value
    case .double(let value): Double(text) == value
    case .null: text.lowercased() == "null"
    default: TextTable.text(of: self) == text
    }
  }
}
