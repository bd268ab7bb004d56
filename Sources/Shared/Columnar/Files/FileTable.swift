import ArrowBridge

/// Files of one format that are one table: its schema and how it can be cut. Plain values: what is read from
/// the file system is read when it is made.
package struct FileTable: Hashable, Sendable {
  package let format: FileFormat
  package let options: ReadOptions
  /// In the order of the table's rows.
  package let files: [FileIdentity]
  /// All columns. Of files with types every file has them; of text the declared or inferred ones.
  package let schema: Schema
  /// One a file for formats with types; empty for text.
  package let footers: [FileFooter]

  /// Lists the files that `paths` stand for and finds out their schema: the declared one, else that of the
  /// first file's footer, else what the first MiB of the first text file with rows tells.
  ///
  /// Reads the footer of each Parquet and Arrow file: a file that lacks a column, or has it with a type that
  /// the schema's does not hold, is an error. Text is checked when it is read. Blocks on the file system.
  package init(
    paths: [String], format: FileFormat, options: ReadOptions, declaredSchema: Schema?,
    within allowed: AllowedPaths = .everywhere
  ) throws(FileError) {
    self.format = format
    self.options = options
    files = try FileListing.list(paths, within: allowed)
    try FileTable.refuseCompressed(files, format: format)
    var footers: [FileFooter] = []
    let names = declaredSchema?.names
    for file in files {
      switch format {
      case .parquet: footers.append(try FileFooter(ofParquetFile: file, columns: names))
      case .arrow: footers.append(try FileFooter(ofArrowFile: file, columns: names))
      case .csv, .json: break
      }
    }
    self.footers = footers
    schema =
      if let declaredSchema {
        declaredSchema
      } else if let first = footers.first {
        first.schema
      } else {
        try TextSchema.infer(files, format: format, options: options)
      }
    for (file, footer) in zip(files, footers) {
      try FileTable.check(footer.schema, of: file, holds: schema, isDeclared: declaredSchema != nil)
    }
  }

  /// What the footers of all files tell of the rows, by the columns of `schema`; nil where one of them does not.
  package var statistics: TableStatistics? {
    var sum = TableStatistics(
      rowCount: 0, distinctCounts: Array(repeating: 0, count: schema.count))
    for footer in footers {
      guard let statistics = footer.statistics else { return nil }
      sum = sum + statistics.selecting(schema.names.map(footer.schema.index(of:)))
    }
    return footers.isEmpty ? nil : sum
  }

  /// Cuts the table into partitions, which only depend on the sizes of the files and of their parts.
  ///
  /// `count` is how many there should be at most; nil makes partitions of about 32 MiB
  /// of row groups or 8 to 64 MiB of text. At least one.
  package func partitions(count: Int?) -> [[FileSplit]] {
    let pieces: [FilePiece] =
      switch format {
      case .csv, .json:
        files.map { file in
          FilePiece(
            file: file, byteCount: file.size,
            cut: options.multiLine && format == .csv ? .whole : .anywhere)
        }
      case .parquet, .arrow:
        zip(files, footers).flatMap { file, footer in
          footer.parts.enumerated().map { index, part in
            FilePiece(file: file, byteCount: part.byteCount, cut: .part(index))
          }
        }
      }
    return partition(pieces, count: count)
  }

  /// Their bytes would be taken for text, or for a broken file.
  private static func refuseCompressed(
    _ files: [FileIdentity], format: FileFormat
  ) throws(FileError) {
    let endings = [".gz", ".bz2", ".zst", ".lz4", ".xz", ".zip"]
    for file in files where endings.contains(where: { file.path.hasSuffix($0) }) {
      throw .unsupported(
        path: file.path, column: nil,
        message: "compressed files are not read; unpack it, or keep the table as Parquet")
    }
  }

  private static func check(
    _ found: Schema, of file: FileIdentity, holds schema: Schema, isDeclared: Bool
  ) throws(FileError) {
    for field in schema.fields {
      guard let type = found[field.name]?.type else {
        throw .malformed(
          path: file.path, line: nil, column: field.name,
          message: "the file has no such column; it has \(found)")
      }
      guard type == field.type || isDeclared && field.type.holds(type) else {
        let origin = isDeclared ? "the declared schema" : "the first file"
        throw .malformed(
          path: file.path, line: nil, column: field.name,
          message: "it is \(type) here and \(field.type) in \(origin)")
      }
    }
  }
}

extension DataType {
  /// Whether every value of `narrow` is a value of this type, so that a reader may widen it.
  fileprivate func holds(_ narrow: DataType) -> Bool {
    switch (self, narrow) {
    case (.double, .float), (.double, .byte), (.double, .short), (.double, .integer): true
    case (.decimal(let precision, let scale), .decimal(let narrowPrecision, let narrowScale)):
      scale >= narrowScale && precision - scale >= narrowPrecision - narrowScale
    case (.list(let element), .list(let narrowElement)):
      element == narrowElement || element.holds(narrowElement)
    default:
      isInteger && narrow.isInteger && byteWidth ?? 0 >= narrow.byteWidth ?? 0
    }
  }
}
