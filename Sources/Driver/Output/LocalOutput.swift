import Columnar
import Glibc
import Plan

/// Outputs that are local folders (or folders that all hosts share).
///
/// `<parent>/.<name>.staging-<job>` holds what waits: the files of attempts, the folder that is being built from
/// them, the journal and a lock. It is beside the output so that a rename moves files there.
package struct LocalOutput: OutputPlace {
  private static let lockName = "_LOCK"
  private static let builtName = "output"

  package init() {}

  // MARK: Preparing

  package func prepare(
    _ write: FileWrite, at location: OutputLocation, for job: JobID
  ) throws -> StagedOutput {
    let target = try LocalFile.resolved(location.path)
    let parent = LocalFile.parent(of: target)
    try FileSystem.createDirectory(parent)
    let prefix = ".\(LocalFile.name(of: target)).staging-"
    for entry in try FileSystem.entries(of: parent) where entry.name.hasPrefix(prefix) {
      try clear("\(parent)/\(entry.name)", of: target)
    }
    let firstPart = try firstPart(of: write, at: target)

    let staging = "\(parent)/\(prefix)\(job)"
    try FileSystem.createDirectory(staging)
    let lock = try lock(staging, of: target)
    return StagedOutput(
      write: write, location: .folder(target),
      folder: StagedFolder(
        path: staging, naming: .perAttempt, format: write.format, firstPart: firstPart),
      marker: try VisibilityMarker.create(in: staging), lock: lock)
  }

  package func resume(
    _ write: FileWrite, at location: OutputLocation, folder: StagedFolder,
    marker: VisibilityMarker?
  ) throws -> StagedOutput {
    // Without the folder the commit has ended, or its files are missed when it is decided.
    let lock =
      try FileSystem.exists(folder.path) ? try lock(folder.path, of: location.path) : nil
    return StagedOutput(
      write: write, location: location, folder: folder, marker: marker, lock: lock)
  }

  private func lock(_ staging: String, of target: String) throws -> FileLock {
    guard let lock = try FileLock("\(staging)/\(Self.lockName)") else {
      throw OutputError.beingWritten(path: target, by: "another driver (it holds \(staging))")
    }
    return lock
  }

  /// Ends what a dead driver has left: a commit that it had decided on goes on, anything else goes away.
  private func clear(_ staging: String, of target: String) throws {
    guard let lock = try FileLock("\(staging)/\(Self.lockName)") else {
      throw OutputError.beingWritten(path: target, by: "another job (it holds \(staging))")
    }
    try withExtendedLifetime(lock) {
      if try !OutputCommitter().recover(self, staging: staging) {
        try LocalFile.removeFolder(staging)
      }
    }
  }

  private func firstPart(of write: FileWrite, at target: String) throws -> Int {
    switch (try look(at: target), write.mode) {
    case (.absent, _), (.emptyFolder, _), (.output, .overwrite): return 0
    case (.file, _): throw OutputError.notAFolder(path: target)
    case (_, .error): throw OutputError.exists(path: target)
    case (.otherFolder, let mode): throw OutputError.notAnOutput(path: target, mode: mode)
    case (.output, .append):
      let names = try FileSystem.entries(of: target).map(\.name)
      return try OutputManifest.nextPart(
        after: names, manifest: manifest(of: target), appending: write)
    }
  }

  private func look(at target: String) throws -> FolderCommit.Target {
    switch try FileSystem.information(target).kind {
    case .absent: return .absent
    case .file, .other: return .file
    case .directory:
      let entries = try FileSystem.entries(of: target)
      if entries.isEmpty { return .emptyFolder }
      let isOutput = entries.contains { $0.name == OutputManifest.fileName }
      return isOutput ? .output : .otherFolder
    }
  }

  /// Nil when there is none, or when another engine left it empty.
  private func manifest(of folder: String) throws -> OutputManifest? {
    let path = "\(folder)/\(OutputManifest.fileName)"
    guard try FileSystem.exists(path) else { return nil }
    let bytes = try FileSystem.read(path)
    return bytes.isEmpty ? nil : try OutputManifest(json: bytes, path: path)
  }

  // MARK: Committing

  package func decide(_ output: CompletedOutput) throws -> CommitJournal.Output {
    var journaled = try output.journaled(folder: nil)
    for file in journaled.files {
      let found = try FileSystem.information(file.staged)
      if found.kind != .file { throw OutputError.fileMissing(path: file.staged) }
      if found.size != file.bytes {
        throw OutputError.fileChanged(path: file.staged, expected: file.bytes, found: found.size)
      }
    }
    // Those that wrote them have closed them, and so given them to a folder that hosts share.
    try FileSystem.synchronize(journaled.files.map(\.staged))
    let staged = output.staged
    if staged.write.mode == .append, try look(at: staged.location.path) == .output {
      _ = try AppendCommit.nextStep(for: journaled, seeing: appendObservation(of: journaled))
      return journaled
    }
    let built = "\(staged.staging)/\(Self.builtName)"
    try FileSystem.createDirectory(built)
    // What is decided names what is in it.
    try FileSystem.synchronize(staged.staging)
    journaled.folder = try LocalFile.inode(built)
    _ = try FolderCommit.nextStep(for: journaled, seeing: observation(of: journaled))
    return journaled
  }

  package func write(_ journal: CommitJournal, for output: CommitJournal.Output) throws {
    try LocalFile.write(journal.json(), to: "\(output.staging)/\(CommitJournal.fileName)")
  }

  package func journal(inStaging staging: String) throws -> CommitJournal? {
    let path = "\(staging)/\(CommitJournal.fileName)"
    guard try FileSystem.exists(path) else { return nil }
    return try CommitJournal(json: FileSystem.read(path), path: path)
  }

  package func withdrawJournal(of output: CommitJournal.Output) throws {
    let path = "\(output.staging)/\(CommitJournal.fileName)"
    if try FileSystem.exists(path) { try FileSystem.deleteFile(path) }
  }

  package func complete(_ output: CommitJournal.Output) throws {
    while try takeStep(output) {}
  }

  /// Takes the next step of making the output final; false when none is left.
  package func takeStep(_ output: CommitJournal.Output) throws -> Bool {
    output.folder == nil ? try takeAppendStep(output) : try takeFolderStep(output)
  }

  package func discard(_ output: CommitJournal.Output) throws {
    guard try FileSystem.exists(output.staging) else { return }
    for entry in try FileSystem.entries(of: output.staging)
    where entry.name != CommitJournal.fileName {
      let path = "\(output.staging)/\(entry.name)"
      if entry.information.kind == .directory {
        try FileSystem.deleteDirectory(path)
      } else {
        try FileSystem.deleteFile(path)
      }
    }
    try LocalFile.removeFolder(output.staging)
  }

  package func abort(_ output: StagedOutput) throws {
    guard try journal(inStaging: output.staging) == nil else { return }
    try LocalFile.removeFolder(output.staging)
  }

  // MARK: Building a folder

  private func observation(
    of output: CommitJournal.Output
  ) throws -> FolderCommit.Observation {
    let built = "\(output.staging)/\(Self.builtName)"
    var seen = FolderCommit.Observation(
      target: try look(at: output.target), targetFolder: try LocalFile.inode(output.target),
      staged: [], built: [],
      hasManifest: try FileSystem.exists("\(built)/\(OutputManifest.fileName)"))
    for file in output.files {
      if try FileSystem.exists(file.staged) { seen.staged.insert(file) }
      if try FileSystem.exists("\(built)/\(file.name)") { seen.built.insert(file) }
    }
    return seen
  }

  private func takeFolderStep(_ output: CommitJournal.Output) throws -> Bool {
    let built = "\(output.staging)/\(Self.builtName)"
    switch try FolderCommit.nextStep(for: output, seeing: observation(of: output)) {
    case .assemble(let files):
      try LocalFile.makeFolders(output.folders, in: built)
      for file in files { try FileSystem.move(file.staged, to: "\(built)/\(file.name)") }
      return true
    case .writeManifest:
      try LocalFile.replace("\(built)/\(OutputManifest.fileName)", by: output.manifest.json())
      return true
    // Before anybody sees the folder, all names in it are on disk.
    case .moveIntoPlace:
      try LocalFile.synchronizeNames(in: built, and: output.folders)
      try FileSystem.move(built, to: output.target)
    case .exchange:
      try LocalFile.synchronizeNames(in: built, and: output.folders)
      if let failure = exchangeFolders(built, output.target) {
        guard failure == EINVAL || failure == ENOSYS else {
          throw OutputError.system("replace", output.target, failure)
        }
        // A file system without the exchange: for a moment nothing is there; the next step mends that.
        try FileSystem.move(output.target, to: "\(output.staging)/replaced")
      }
    case .done:
      return false
    }
    try FileSystem.synchronize(output.staging)
    try FileSystem.synchronize(LocalFile.parent(of: output.target))
    return true
  }

  // MARK: Appending to a folder

  private func appendObservation(
    of output: CommitJournal.Output
  ) throws -> AppendCommit.Observation {
    var seen = AppendCommit.Observation(staged: [], present: [], listed: [])
    for file in output.files {
      if try FileSystem.exists(file.staged) { seen.staged.insert(file) }
      if try LocalFile.isTaken(file.name, in: output.target) { seen.present.insert(file) }
    }
    seen.listed = Set(try manifest(of: output.target)?.files.map(\.name) ?? [])
    return seen
  }

  private func takeAppendStep(_ output: CommitJournal.Output) throws -> Bool {
    switch try AppendCommit.nextStep(for: output, seeing: appendObservation(of: output)) {
    case .move(let files):
      try LocalFile.makeFolders(output.folders, in: output.target)
      for file in files {
        try FileSystem.move(file.staged, to: "\(output.target)/\(file.name)")
      }
      try LocalFile.synchronizeNames(in: output.target, and: output.folders)
    case .writeManifest:
      let present = try FileSystem.entries(of: output.target)
      let manifest = output.manifest.appended(
        to: try manifest(of: output.target), in: present)
      try LocalFile.write(
        manifest.json(), to: "\(output.target)/\(OutputManifest.fileName)")
    case .done:
      return false
    }
    return true
  }
}
