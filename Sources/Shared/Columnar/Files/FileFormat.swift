package enum FileFormat: String, Hashable, Sendable, CaseIterable {
  case csv, parquet, json, arrow
}

/// How text files are read, by Spark's option names; the formats that carry their own types ignore them.
package struct ReadOptions: Hashable, Sendable {
  /// CSV: whether the first line holds the names.
  package var header = true
  /// CSV: one byte.
  package var delimiter: Character = ","
  /// CSV: one byte.
  package var quote: Character = "\""
  /// CSV: one byte; nil means that a quote inside of quotes is doubled.
  package var escape: Character?
  /// Text that stands for null beside the empty field.
  package var nullValues: [String] = []
  /// CSV: values may hold newlines; each file is then read as one split.
  package var multiLine = false

  package init() {}
}

package struct WriteOptions: Hashable, Sendable {
  /// Parquet and Arrow: `zstd`, `snappy`, `lz4`, `gzip` or `none`; nil takes the format's default.
  package var compression: String?
  /// CSV: whether to write the names as the first line.
  package var header = true

  package init() {}
}

/// What identifies the bytes of an input file: another size or time means another file.
package struct FileIdentity: Hashable, Sendable {
  /// A local path or a URI.
  package var path: String
  package var size: Int64
  /// Nanoseconds since 1970 as the file system tells; 0 where it does not.
  package var modified: Int64

  package init(path: String, size: Int64, modified: Int64) {
    self.path = path
    self.size = size
    self.modified = modified
  }
}

/// A part of a file that one task reads.
package struct FileSplit: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case whole
    /// Text: the lines that start after the first newline past the lower bound, up to the one that ends
    /// past the upper bound (the first split also holds the line at 0).
    case bytes(Range<Int64>)
    /// Parquet: row groups; Arrow IPC files: record batches.
    case rowGroups(Range<Int>)
  }

  package var file: FileIdentity
  package var part: Part

  package init(file: FileIdentity, part: Part) {
    self.file = file
    self.part = part
  }
}
