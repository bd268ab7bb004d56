import Columnar

/// What a planner has to know of the files that a table reads, once they are listed.
package struct ScanInput: Hashable, Sendable {
  /// All columns of the files.
  package var fileSchema: Schema
  /// The splits that each task reads, in the order of the table's rows.
  package var partitions: [[FileSplit]]
  /// The size of all files, compressed as they are.
  package var byteCount: Int64
  /// Of the columns of `fileSchema`; nil where the files do not tell.
  package var statistics: TableStatistics?

  package init(
    fileSchema: Schema, partitions: [[FileSplit]], byteCount: Int64,
    statistics: TableStatistics? = nil
  ) {
    self.fileSchema = fileSchema
    self.partitions = partitions
    self.byteCount = byteCount
    self.statistics = statistics
  }
}

/// What a planner has to know of a table that an earlier job left in memory.
package struct CachedTableLayout: Hashable, Sendable {
  package var partitionCount: Int

  package init(partitionCount: Int) {
    self.partitionCount = partitionCount
  }
}
