import Columnar
import OrderedCollections
import Plan

/// What is to become of the files of a job, decided once and written down before anything moves.
///
/// Each output's staging place gets a copy, the first output's last: that one is the decision. So every place
/// leads to it, whichever a restarted driver finds.
package struct CommitJournal: Codable, Hashable {
  static let fileName = "_COMMIT"

  package struct File: Codable, Hashable {
    /// Where the task wrote it: a path or a URI.
    package var staged: String
    /// Its final name: a path from the output's folder.
    package var name: String
    /// Nil of a file that a function wrote beside the rows.
    package var rows: Int?
    package var bytes: Int64

    package init(staged: String, name: String, rows: Int?, bytes: Int64) {
      self.staged = staged
      self.name = name
      self.rows = rows
      self.bytes = bytes
    }
  }

  package struct Output: Codable, Hashable {
    /// The folder or URI of the output.
    package var target: String
    /// The folder or URI where the files wait and where the journal is.
    package var staging: String
    package var mode: String
    package var format: String
    /// The inode of the folder that is to become the output, which tells it from the one that it replaces.
    /// Nil where files are put into a folder that stays.
    package var folder: UInt64?
    package var files: [File]

    package init(
      target: String, staging: String, mode: FileWrite.Mode, format: FileFormat, folder: UInt64?,
      files: [File]
    ) {
      self.target = target
      self.staging = staging
      self.mode = mode.rawValue
      self.format = format.rawValue
      self.folder = folder
      self.files = files
    }

    /// The folders below the output that its files lie in, each after the one above it.
    package var folders: [String] {
      var folders: OrderedSet<String> = []
      for file in files {
        let parts = file.name.split(separator: "/").dropLast()
        for count in parts.indices.map({ $0 + 1 }) {
          folders.append(parts.prefix(count).joined(separator: "/"))
        }
      }
      return Array(folders)
    }

    var manifest: OutputManifest {
      OutputManifest(
        format: format,
        files: files.map { .init(name: $0.name, rows: $0.rows, bytes: $0.bytes) })
    }
  }

  package var outputs: [Output]

  package init(outputs: [Output]) {
    self.outputs = outputs
  }
}
