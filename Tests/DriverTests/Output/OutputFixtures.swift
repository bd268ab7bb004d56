import Columnar
import Driver
import Foundation
import Plan

/// A folder of its own for a test, removed when it ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "roost-output-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// All files by their path in the folder, hidden ones too.
  var files: [String: String] {
    var files: [String: String] = [:]
    let names = FileManager.default.enumerator(atPath: path)
    while let name = names?.nextObject() as? String {
      var isFolder: ObjCBool = false
      let full = "\(path)/\(name)"
      guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      files[name] = String(
        decoding: FileManager.default.contents(atPath: full) ?? Data(), as: UTF8.self)
    }
    return files
  }

  /// The part-files and artifacts by their path, with their content.
  var parts: [String: String] {
    files.filter { $0.key.contains("part-") || $0.key.contains("/_artifacts/") }
  }

  func put(_ content: String, at name: String) throws {
    let full = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: full)
  }

  func write(_ name: String, _ mode: FileWrite.Mode = .error) -> FileWrite {
    FileWrite(path: "\(path)/\(name)", format: .parquet, mode: mode)
  }
}

/// What attempts would do: a file for each partition, of which one attempt counts and another was lost, with what functions of
/// each partition wrote by its name.
func completed(
  _ staged: StagedOutput, _ contents: [String], artifacts: [[String: String]] = []
) throws -> CompletedOutput {
  var files: [CompletedOutput.File] = []
  for (partition, content) in contents.enumerated().reversed() {
    let path = staged.folder.filePath(partition: partition, epoch: 7)
    let written = (artifacts.indices.contains(partition) ? artifacts[partition] : [:])
      .sorted { $0.key < $1.key }
    if staged.folder.naming == .perAttempt {
      let lost = staged.folder.filePath(partition: partition, epoch: 6)
      try FileSystem.write(Array("half".utf8), to: lost)
      if !written.isEmpty {
        _ = try staged.put("half", number: 0, partition: partition, epoch: 6, named: "lost")
      }
    }
    try FileSystem.write(Array(content.utf8), to: path)
    files.append(
      .init(
        partition: partition, path: path, rows: content.count, bytes: Int64(content.utf8.count),
        artifacts: try written.enumerated().map { number, artifact in
          try staged.put(
            artifact.value, number: number, partition: partition, epoch: 7, named: artifact.key)
        }))
  }
  return CompletedOutput(staged: staged, files: files)
}

extension StagedOutput {
  fileprivate func put(
    _ content: String, number: Int, partition: Int, epoch: UInt64, named name: String
  ) throws -> TaskOutcome.Artifact {
    let path = folder.artifactPath(name, number: number, partition: partition, epoch: epoch)
    try FileSystem.createDirectory((path as NSString).deletingLastPathComponent)
    try FileSystem.write(Array(content.utf8), to: path)
    return TaskOutcome.Artifact(name: name, path: path, bytes: Int64(content.utf8.count))
  }
}

/// Runs a whole job that writes these files.
func commit(
  _ write: FileWrite, _ contents: [String], artifacts: [[String: String]] = [], job: UInt64 = 1
) throws {
  let committer = OutputCommitter()
  let staged = try committer.prepare(write, for: JobID(job))
  try committer.commit([completed(staged, contents, artifacts: artifacts)])
}
