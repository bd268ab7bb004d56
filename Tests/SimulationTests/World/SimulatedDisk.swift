import Driver
import Plan

/// The driver's journal, and the folder that it shares with all executors: files that wait, the journals of commits,
/// and outputs.
///
/// What stands here has been synced: it survives every process.
struct SimulatedDisk {
  /// `.<name>.staging-<job>` beside an output.
  struct Staging {
    let target: String
    /// Files of attempts, by their path.
    var files: [String: Lineage] = [:]
    /// The folder that is being built, and how it is told from the one that it replaces.
    var built: [String: Lineage] = [:]
    let folder: UInt64
    var hasManifest = false
    var journal: CommitJournal.Output?
  }

  struct Output: Equatable {
    var folder: UInt64
    /// By their final names.
    var files: [String: Lineage]
  }

  var journal = SimulatedJournal()
  private(set) var outputs: [String: Output] = [:]
  private(set) var stagings: [String: Staging] = [:]
  /// Those that were given up.
  private(set) var abandoned: Set<String> = []
  private var folderCount: UInt64 = 0

  /// Makes room for the files of a job. What a dead driver left of the same output is ended first: a commit that it
  /// had decided on goes on, the rest is removed.
  mutating func prepare(_ target: String, staging: String) throws(OutputError) {
    for (path, old) in stagings.sorted(by: { $0.key < $1.key }) where old.target == target {
      if let journal = old.journal {
        while try goOn(journal) {}
      }
      stagings[path] = nil
    }
    folderCount += 1
    stagings[staging] = Staging(target: target, folder: folderCount)
  }

  /// Takes the file of an attempt; false when the folder is gone.
  mutating func write(_ rows: Lineage, to path: String, staging: String) -> Bool {
    guard stagings[staging] != nil else { return false }
    stagings[staging]!.files[path] = rows
    return true
  }

  mutating func decide(_ journal: CommitJournal.Output) {
    stagings[journal.staging]?.journal = journal
  }

  /// Does the next step of a commit that was decided on; false when none is left.
  mutating func goOn(_ journal: CommitJournal.Output) throws(OutputError) -> Bool {
    switch try FolderCommit.nextStep(for: journal, seeing: observation(of: journal)) {
    case .assemble(let files):
      for file in files {
        stagings[journal.staging]!.built[file.name] =
          stagings[journal.staging]!.files.removeValue(forKey: file.staged)
      }
    case .writeManifest: stagings[journal.staging]!.hasManifest = true
    case .moveIntoPlace, .exchange:
      let staging = stagings[journal.staging]!
      outputs[journal.target] = Output(folder: staging.folder, files: staging.built)
    case .done: return false
    }
    return true
  }

  private func observation(of journal: CommitJournal.Output) -> FolderCommit.Observation {
    let staging = stagings[journal.staging]
    return FolderCommit.Observation(
      target: outputs[journal.target] == nil ? .absent : .output,
      targetFolder: outputs[journal.target]?.folder,
      staged: Set(journal.files.filter { staging?.files[$0.staged] != nil }),
      built: Set(journal.files.filter { staging?.built[$0.name] != nil }),
      hasManifest: staging?.hasManifest ?? false)
  }

  /// After the commit: nothing of it waits any more.
  mutating func discard(_ journal: CommitJournal.Output) { stagings[journal.staging] = nil }

  /// Gives an output up, unless its commit was decided on.
  mutating func abandon(staging: String) {
    guard stagings[staging]?.journal == nil else { return }
    stagings[staging] = nil
    abandoned.insert(staging)
  }
}
