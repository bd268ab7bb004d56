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

  /// The part-files by their path, with their content.
  var parts: [String: String] { files.filter { $0.key.contains("part-") } }

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

/// What attempts would do: a file for each partition, of which one attempt counts and another was lost.
func completed(_ staged: StagedOutput, _ contents: [String]) throws -> CompletedOutput {
  var files: [CompletedOutput.File] = []
  for (partition, content) in contents.enumerated().reversed() {
    let path = staged.folder.filePath(partition: partition, epoch: 7)
    if staged.folder.naming == .perAttempt {
      let lost = staged.folder.filePath(partition: partition, epoch: 6)
      try FileSystem.write(Array("half".utf8), to: lost)
    }
    try FileSystem.write(Array(content.utf8), to: path)
    files.append(
      .init(
        partition: partition, path: path, rows: content.count, bytes: Int64(content.utf8.count)))
  }
  return CompletedOutput(staged: staged, files: files)
}

/// Runs a whole job that writes these files.
func commit(_ write: FileWrite, _ contents: [String], job: UInt64 = 1) throws {
  let committer = OutputCommitter()
  let staged = try committer.prepare(write, for: JobID(job))
  try committer.commit([completed(staged, contents)])
}
