import Columnar

/// What the end of a file's name says about its contents.
package struct FileNameExtension: Hashable, Sendable {
  package var format: FileFormat
  /// What `.tsv` says beyond CSV.
  package var delimiter: Character?

  /// From a path, a glob or a URI; nil when it ends in none that is known.
  package init?(of path: String) {
    let name = FileLocation(path).name
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "csv": format = .csv
    case "tsv": (format, delimiter) = (.csv, "\t")
    case "parquet": format = .parquet
    case "json", "jsonl", "ndjson": format = .json
    case "arrow", "feather", "ipc": format = .arrow
    default: return nil
    }
  }
}
