import Foundation

/// A job whose stages take long enough to be interrupted: 64 tasks that read and combine, then six that group and
/// six that write.
struct SlowJob {
  static let rowCount = 30_000
  static let mapTasks = 64

  private let folder: TemporaryFolder

  init(in folder: TemporaryFolder) throws {
    self.folder = folder
    var text = "store,x,y,note\n"
    for row in 0..<Self.rowCount {
      let store = row &* 7919 % 300
      let x = Double(row &* 104_729 % 9973) / 100
      text += "\(store),\(x),\(Double(store) + 2 * x + Double(row % 17) / 10),note-\(row)-abcdef\n"
    }
    try folder.write("rows.csv", text)
  }

  /// Writes the job file; its outputs go to `OUTPUT/models` and `OUTPUT/notes`.
  func write(output: String) throws -> String {
    try folder.write(
      "\(output).yaml",
      """
      name: slow
      tables:
        rows: {read: {path: rows.csv, partitions: \(Self.mapTasks)}}
        noted:
          from: rows
          # The length of a long text that a regular expression goes through: work that takes its time.
          select: "store, x, y, length(regexp_replace(repeat(note, 12), '([a-z]+)-([0-9]+)', '$2-$1')) AS size"
        models:
          from: noted
          group_by: store
          partitions: 6
          train: {learner: LinearRegression, label: y, features: [x]}
        sizes:
          from: noted
          group_by: store
          partitions: 6
          aggregate: [count(*) AS n, sum(size) AS size, median(y) AS middle, avg(x) AS mean]
        notes:
          from: sizes
          select: "store, n, size, middle, mean, length(regexp_replace(repeat(concat(store, '-word-'), 6000), '([a-z]+)-([0-9]+)', '$2-$1')) AS work"
      outputs:
        models: {write: \(output)/models}
        notes: {write: \(output)/notes}
      """)
  }
}
