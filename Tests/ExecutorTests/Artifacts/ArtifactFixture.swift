import Columnar
import Executor
import Foundation
import Plan

/// Folders of an executor and of an output, removed when it ends.
final class ArtifactFixture {
  /// What a task printed.
  final class Log {
    var text = ""
  }

  let work = FileManager.default.temporaryDirectory
    .appendingPathComponent("roost-artifacts-\(UUID().uuidString)")
  let staging: String
  let log = Log()
  private let spillFolder: SpillFolder

  init(staging: String? = nil) throws {
    self.staging = staging ?? work.appendingPathComponent("staging").path
    spillFolder = SpillFolder(in: work, host: "host", name: "a")
    try FileManager.default.createDirectory(
      atPath: "\(work.path)/staging", withIntermediateDirectories: true)
  }

  deinit {
    spillFolder.remove()
    try? FileManager.default.removeItem(at: work)
  }

  /// Of attempt 7 of partition 3.
  func folder(
    _ limits: ArtifactLimits = ArtifactLimits(), naming: StagedFolder.Naming = .perAttempt,
    mode: FileWrite.Mode = .error, user: FileOwner? = nil,
    check: @escaping () throws -> Void = {}
  ) -> ArtifactFolder {
    let staged = StagedFolder(path: staging, naming: naming, format: .parquet, firstPart: 0)
    if naming == .final {
      try? FileManager.default.createDirectory(
        atPath: "\(staging)/_artifacts", withIntermediateDirectories: true)
    }
    let log = self.log
    return ArtifactFolder(
      in: spillFolder, for: user,
      staged: StagedArtifacts(staged, mode: mode, partition: 3, epoch: 7), limits: limits,
      log: TaskLog { log.text += $0 }, check: check)
  }

  /// As a function would.
  func write(_ files: [String: String], in folder: ArtifactFolder) throws {
    try Self.write(files, in: folder.path())
  }

  /// As others did before.
  func stage(_ files: [String: String]) throws { try Self.write(files, in: staging) }

  func setTime(of name: String, to seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: seconds)],
      ofItemAtPath: "\(staging)/\(name)")
  }

  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  /// In the staging folder, with their content.
  var stagedFiles: [String: String] {
    var files: [String: String] = [:]
    for name in Self.files(in: staging) { files[name] = try? text("\(staging)/\(name)") }
    return files
  }

  /// Below the folders of attempts.
  var workFiles: [String] {
    Self.files(in: work.path).filter { $0.contains("artifacts-") }
  }

  private static func write(_ files: [String: String], in folder: String) throws {
    for (name, content) in files {
      let file = URL(fileURLWithPath: folder).appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: file)
    }
  }

  private static func files(in folder: String) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }
}
