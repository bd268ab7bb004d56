import ArrowBridge

/// Reads the splits of one partition one after the other, as batches of at most 65,536 rows in the engine's
/// types, in the order of the files. Belongs to one thread.
package final class FileReader {
  /// The columns of the batches.
  package let schema: Schema
  /// Quote characters in each split of CSV that was read to its end; other formats have none. A split whose
  /// lines do not end outside of quotes fails by itself, naming `multiLine`; these counts let the driver say
  /// so for all splits together.
  package private(set) var quoteCounts: [Int] = []

  /// The file that the last batch came from, for those who find something wrong with its rows.
  package private(set) var path: String?

  private let format: FileFormat
  private let options: ReadOptions
  private let fileSchema: Schema
  private let columns: [Int]
  private let predicates: [ColumnPredicate]
  private var splits: ArraySlice<FileSplit>
  private var current: BatchReader?

  /// `columns` are the indices in `fileSchema` of what is read, in the order of the batches' columns.
  /// `predicates` may leave out row groups in which no row meets all of them; the rows that are read still
  /// have to be filtered.
  package init(
    format: FileFormat, options: ReadOptions, fileSchema: Schema, columns: [Int],
    predicates: [ColumnPredicate], splits: [FileSplit]
  ) {
    self.format = format
    self.options = options
    self.fileSchema = fileSchema
    self.columns = columns
    self.predicates = predicates
    self.splits = splits[...]
    schema = Schema(columns.map { fileSchema.fields[$0] })
  }

  /// About the bytes that decoding takes beside the batches: of Parquet a page and what is read at a time for each
  /// column, a megabyte as writers make them, else some blocks of the file.
  package var bufferByteCount: Int {
    switch format {
    case .parquet: max(1, columns.count) << 20
    case .csv, .json, .arrow: 4 << 20
    }
  }

  /// The next batch; nil at the end of the last split. Not to be called again after an error.
  package func next() throws(FileError) -> RecordBatch? {
    while true {
      if let current {
        if let batch = try current.next() { return batch }
        if format == .csv { quoteCounts.append(current.quoteCount) }
        self.current = nil
      }
      guard let split = splits.popFirst() else { return nil }
      try checkUnchanged(split.file)
      path = split.file.path
      current = try open(split)
    }
  }

  private func checkUnchanged(_ file: FileIdentity) throws(FileError) {
    let now = try FileSystem.information(file.path)
    if now.kind == .absent { throw .notFound(path: file.path) }
    guard now.size == file.size, now.modified == file.modified else {
      throw .changed(path: file.path)
    }
  }

  private func open(_ split: FileSplit) throws(FileError) -> BatchReader {
    let path = split.file.path
    switch format {
    case .parquet:
      let file = try ParquetFile(path)
      let known = 0..<file.rowGroupCount
      let all = if case .rowGroups(let range) = split.part { range } else { known }
      // The split was made of the file that was listed.
      guard all.clamped(to: known) == all else { throw .changed(path: path) }
      var wanted: [Int32] = []
      for group in all where try mayMatch(file, rowGroup: group) { wanted.append(Int32(group)) }
      return try file.read(schema, rowGroups: wanted)
    case .arrow:
      let range: Range<Int> =
        if case .rowGroups(let range) = split.part {
          range
        } else {
          0..<(try FileFooter(ofArrowFile: split.file, columns: schema.names).parts.count)
        }
      return try BatchReader(path: path, schema: schema) { reader in
        var exported = ArrowSchema()
        schema.export(to: &exported)
        return roost_arrow_file_read(
          path, &exported, Int64(range.lowerBound), Int64(range.upperBound), &reader)
      }
    case .csv:
      let range = byteRange(split)
      let options = try TextOptions(options, path: path)
      return try BatchReader(path: path, schema: schema) { reader in
        var exported = ArrowSchema()
        fileSchema.export(to: &exported)
        return options.withBridged { options in
          roost_csv_read(
            path, options, &exported, columns.map { Int32($0) }, Int64(columns.count),
            range.lowerBound, range.upperBound, &reader)
        }
      }
    case .json:
      let range = byteRange(split)
      return try BatchReader(path: path, schema: schema) { reader in
        var exported = ArrowSchema()
        schema.export(to: &exported)
        return roost_json_read(path, &exported, range.lowerBound, range.upperBound, &reader)
      }
    }
  }

  private func byteRange(_ split: FileSplit) -> Range<Int64> {
    if case .bytes(let range) = split.part { range } else { 0..<split.file.size }
  }

  private func mayMatch(_ file: ParquetFile, rowGroup: Int) throws(FileError) -> Bool {
    for predicate in predicates {
      let statistics = try file.statistics(
        of: fileSchema.fields[predicate.column], rowGroup: rowGroup)
      if !statistics.mayMatch(predicate.comparison, predicate.value) { return false }
    }
    return true
  }
}
