import Glibc
import Plan

/// Where the functions of one attempt write files that become part of an output beside its rows: a folder of this attempt alone,
/// below those of the executor, which is made when the first function asks. Belongs to one task and one thread.
package final class ArtifactFolder {
  private let spillFolder: SpillFolder
  private let user: FileOwner?
  private let staged: StagedArtifacts
  private let limits: ArtifactLimits
  private let log: TaskLog
  private let check: () throws -> Void
  private var made: String?

  /// - Parameters:
  ///   - user: as whom functions run; nil for the user of this process.
  ///   - log: gets a line on what is left out.
  ///   - check: throws when the attempt was told to stop.
  package init(
    in spillFolder: SpillFolder, for user: FileOwner?, staged: StagedArtifacts,
    limits: ArtifactLimits = ArtifactLimits(), log: TaskLog, check: @escaping () throws -> Void
  ) {
    self.spillFolder = spillFolder
    self.user = user
    self.staged = staged
    self.limits = limits
    self.log = log
    self.check = check
  }

  /// Makes it when it is not there yet. Throws `ArtifactError` and `SpillError`.
  package func path() throws -> String {
    if let made { return made }
    let folder = try spillFolder.make()
    // Who runs functions passes through, and finds what it was told the name of.
    if user != nil { chmod(folder, FlatFolder.passablePermissions) }
    let tree = "\(folder)/\(FlatFolder.treeName)"
    guard mkdir(tree, 0o755) == 0 || errno == EEXIST else {
      throw ArtifactError.system(action: "make", path: tree, code: errno)
    }
    // Functions of other tasks run as the same user.
    let path = "\(tree)/artifacts-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    guard mkdir(path, 0o700) == 0 else {
      throw ArtifactError.system(action: "make", path: path, code: errno)
    }
    made = path
    if let user, chown(path, user.user, user.group) != 0 {
      throw ArtifactError.system(action: "hand over", path: path, code: errno)
    }
    return path
  }

  /// Copies what is in it to where the output waits, once, when functions are through. Throws `ArtifactError`, `FileError`, and
  /// what `check` throws.
  package func collect() throws -> [TaskOutcome.Artifact] {
    guard let made else { return [] }
    var tree = ArtifactTree(path: made)
    var artifacts: [TaskOutcome.Artifact] = []
    var room = limits.byteCount
    try tree.forEachFile { name, descriptor in
      try check()
      guard artifacts.count < limits.fileCount else {
        throw ArtifactError.tooManyFiles(limit: limits.fileCount)
      }
      let artifact = try staged.copy(name, number: artifacts.count, from: descriptor) { count in
        try check()
        room -= Int64(count)
        if room < 0 { throw ArtifactError.tooManyBytes(limit: limits.byteCount) }
      }
      artifacts.append(artifact)
    }
    if let first = tree.firstLeftOut {
      log.write(
        "[left out under ROOST_ARTIFACTS, where only files count: '\(first)'"
          + (tree.leftOutCount > 1 ? " and \(tree.leftOutCount - 1) more" : "") + "]\n"
      )
    }
    return artifacts
  }

  /// Removes it with all that is in it. Nothing of it is used after that.
  package func remove() {
    guard let made else { return }
    FolderTree.remove(made)
    self.made = nil
  }

  /// Removes what was copied, where that has names of this attempt.
  package func abandon() {
    staged.abandon()
    remove()
  }
}

/// How much the functions of one task may write beside its rows.
package struct ArtifactLimits: Hashable, Sendable {
  package var fileCount: Int
  package var byteCount: Int64

  package init(fileCount: Int = 10_000, byteCount: Int64 = 16 << 30) {
    self.fileCount = fileCount
    self.byteCount = byteCount
  }
}
