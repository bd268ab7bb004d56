import Columnar
import Foundation
import Plan

/// Writes a partition of a result into the staging folder of its output, with the files that functions wrote beside it.
final class FileSink: TaskSink {
  private let writer: FileWriter
  private let path: String
  private let result: Int
  private let partition: Int
  private let staging: StagedFolder
  let artifacts: ArtifactFolder?

  init(
    schema: Schema, write: FileWrite, staging: StagedFolder, result: Int, partition: Int,
    epoch: UInt64, artifacts: ArtifactFolder? = nil
  ) throws(FileError) {
    path = staging.filePath(partition: partition, epoch: epoch)
    self.result = result
    self.partition = partition
    self.staging = staging
    self.artifacts = artifacts
    writer = try FileWriter(
      path: path, format: write.format, schema: schema, options: write.options)
  }

  let byteCount = 0

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    try writer.write(batch)
  }

  func finish(into outcome: inout TaskOutcome) throws {
    let summary = try writer.finish()
    let collected = try artifacts?.collect() ?? []
    artifacts?.remove()
    outcome.outputRows += Int(summary.rowCount)
    outcome.files.append(
      TaskOutcome.File(
        result: result, partition: partition, path: path, rows: Int(summary.rowCount),
        bytes: summary.byteCount, artifacts: collected))
  }

  /// A name of its own is nobody else's; a final name may be another attempt's by now.
  func abandon() {
    if staging.naming == .perAttempt { try? FileSystem.deleteFile(path) }
    artifacts?.abandon()
  }
}
