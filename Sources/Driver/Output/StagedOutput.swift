import Columnar
import Plan

/// An output that a job may write, from `prepare` until it is committed or aborted.
///
/// While it lives, no other driver takes its files for those of a dead one.
package struct StagedOutput: Sendable {
  package let write: FileWrite
  /// Where the output becomes final, with symbolic links followed.
  package let location: OutputLocation
  /// Where attempts write.
  package let folder: StagedFolder
  /// What an executor must see before it gets tasks; nil on an object store.
  package let marker: VisibilityMarker?
  let lock: FileLock?

  /// Where the journal and what else belongs to the commit is kept.
  var staging: String { folder.path }
}

/// The files of an output, one for each partition, of the attempts that count.
package struct CompletedOutput: Sendable {
  package struct File: Hashable, Sendable {
    package var partition: Int
    package var path: String
    package var rows: Int
    package var bytes: Int64

    package init(partition: Int, path: String, rows: Int, bytes: Int64) {
      self.partition = partition
      self.path = path
      self.rows = rows
      self.bytes = bytes
    }
  }

  package var staged: StagedOutput
  package var files: [File]

  package init(staged: StagedOutput, files: [File]) {
    self.staged = staged
    self.files = files
  }

  func journaled(folder: UInt64?) -> CommitJournal.Output {
    CommitJournal.Output(
      target: staged.location.path, staging: staged.staging,
      mode: staged.write.mode, format: staged.write.format, folder: folder,
      files: files.sorted { $0.partition < $1.partition }.map { file in
        CommitJournal.File(
          staged: file.path, name: staged.folder.fileName(partition: file.partition),
          rows: file.rows, bytes: file.bytes)
      })
  }
}
