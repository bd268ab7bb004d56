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

/// The files of an output, one for each partition with what functions wrote beside it, of the attempts that count.
package struct CompletedOutput: Sendable {
  package struct File: Hashable, Sendable {
    package var partition: Int
    package var path: String
    package var rows: Int
    package var bytes: Int64
    package var artifacts: [TaskOutcome.Artifact]

    package init(
      partition: Int, path: String, rows: Int, bytes: Int64,
      artifacts: [TaskOutcome.Artifact] = []
    ) {
      self.partition = partition
      self.path = path
      self.rows = rows
      self.bytes = bytes
      self.artifacts = artifacts
    }
  }

  package var staged: StagedOutput
  package var files: [File]

  package init(staged: StagedOutput, files: [File]) {
    self.staged = staged
    self.files = files
  }

  /// Throws `OutputError.artifactTwice`.
  func journaled(folder: UInt64?) throws(OutputError) -> CommitJournal.Output {
    let files = files.sorted { $0.partition < $1.partition }
    if let (name, partitions) = ArtifactNames.clash(
      files.map { ($0.partition, $0.artifacts.map(\.name)) })
    {
      throw .artifactTwice(output: staged.location.path, name: name, partitions: partitions)
    }
    let parts = files.map { file in
      CommitJournal.File(
        staged: file.path, name: staged.folder.fileName(partition: file.partition),
        rows: file.rows, bytes: file.bytes)
    }
    let artifacts = files.flatMap(\.artifacts).map { artifact in
      CommitJournal.File(
        staged: artifact.path, name: "\(StagedFolder.artifactsName)/\(artifact.name)", rows: nil,
        bytes: artifact.bytes)
    }
    return CommitJournal.Output(
      target: staged.location.path, staging: staged.staging,
      mode: staged.write.mode, format: staged.write.format, folder: folder,
      files: parts + artifacts)
  }
}
