import ArrowBridge

/// An open Parquet file: its footer, and readers of its row groups. Used by one thread at a time.
final class ParquetFile {
  struct RowGroup: Hashable, Sendable {
    var rowCount: Int64
    /// Compressed bytes.
    var byteCount: Int64
  }

  let path: String
  private let handle: OpaquePointer

  /// Reads the footer.
  init(_ path: String) throws(FileError) {
    var handle: OpaquePointer?
    try FileError.check(path) { roost_parquet_open(path, &handle) }
    self.path = path
    self.handle = handle!
  }

  deinit { roost_parquet_close(handle) }

  /// The file's columns of these names; nil for all.
  func schema(of names: [String]?) throws(FileError) -> Schema {
    try Schema(ofFile: path) { schema in
      withBridgedNames(names) { roost_parquet_schema(handle, $0, schema) }
    }
  }

  var rowGroupCount: Int { Int(roost_parquet_row_group_count(handle)) }

  func rowGroup(_ index: Int) throws(FileError) -> RowGroup {
    var group = roost_row_group()
    try FileError.check(path) { roost_parquet_row_group(handle, Int64(index), &group) }
    return RowGroup(rowCount: group.row_count, byteCount: group.byte_count)
  }

  /// What the footer says about a column in a row group.
  func statistics(of field: Field, rowGroup: Int) throws(FileError) -> ColumnStatistics {
    var type = ArrowSchema()
    field.export(to: &type)
    var bounds = ArrowArray()
    var nullCount: Int64 = 0
    try FileError.check(path) {
      roost_parquet_statistics(
        handle, Int64(rowGroup), &type, field.name, &bounds, &nullCount)
    }
    let column = Column(consuming: &bounds, type: field.type)
    return ColumnStatistics(
      rowCount: try self.rowGroup(rowGroup).rowCount, nullCount: nullCount < 0 ? nil : nullCount,
      bounds: column.length == 2 ? (column[0], column[1]) : nil)
  }

  /// About how many different values each column has, null among them; nil where the footer does not tell. It has
  /// bounds of whole numbers and the sizes of dictionaries, whose entries are taken for four bytes each.
  func distinctCounts(of names: [String]) throws(FileError) -> [Double?] {
    var counts = [Int64](repeating: -1, count: names.count)
    try FileError.check(path) {
      counts.withUnsafeMutableBufferPointer { counts in
        withBridgedNames(names) { roost_parquet_distinct_counts(handle, $0, counts.baseAddress) }
      }
    }
    return counts.map { $0 < 0 ? nil : Double($0) }
  }

  /// A reader of columns (found by name) in some row groups.
  func read(_ schema: Schema, rowGroups: [Int32]) throws(FileError) -> BatchReader {
    try BatchReader(path: path, schema: schema) { reader in
      var exported = ArrowSchema()
      schema.export(to: &exported)
      return roost_parquet_read(handle, &exported, rowGroups, Int64(rowGroups.count), &reader)
    }
  }
}
