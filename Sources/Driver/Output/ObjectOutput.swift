import Columnar
import Plan

/// Outputs in an object store, which shows whole objects only but renames none of them in one step.
///
/// Attempts upload to the final names. A reader waits for `_SUCCESS`: the old one goes before the first upload and
/// the new one comes last. Between them `_INCOMPLETE` says what was there before, so that a job that fails can give
/// it back, and that a later job may replace what is left.
package struct ObjectOutput: OutputPlace {
  /// What an output was before a job began to write it.
  private struct Before: Codable {
    struct Object: Codable, Hashable {
      /// From the output's folder.
      var name: String
      var size: Int64
      var modified: Int64

      init(_ entry: FileSystem.Entry, name: String) {
        self.name = name
        size = entry.information.size
        modified = entry.information.modified
      }
    }

    var objects: [Object]
    /// The bytes of `_SUCCESS`.
    var manifest: [UInt8]?
  }

  package init() {}

  // MARK: Preparing

  package func prepare(
    _ write: FileWrite, at location: OutputLocation, for _: JobID
  ) throws -> StagedOutput {
    let folder = FileLocation(location.path)
    if try !OutputCommitter().recover(self, staging: location.path) {
      // What another job left. No lock tells whether it lives: that is for its driver to know.
      try restore(folder)
    }
    let objects = try objects(in: folder)
    let manifest = try bytes(of: OutputManifest.fileName, in: folder)
    let isBroken = try bytes(of: StagedFolder.incompleteName, in: folder) != nil
    var firstPart = 0
    if !objects.isEmpty || manifest != nil {
      switch write.mode {
      case .error: throw OutputError.exists(path: write.path)
      case .append where manifest == nil, .overwrite where manifest == nil && !isBroken:
        throw OutputError.notAnOutput(path: write.path, mode: write.mode)
      case .overwrite: break
      case .append:
        firstPart = try OutputManifest.nextPart(
          after: objects.map(\.name), manifest: decoded(manifest, in: folder), appending: write)
      }
    }
    let before = Before(objects: objects, manifest: manifest)
    try FileSystem.createDirectory(folder.text)
    try FileSystem.write(before.json(), to: folder.appending(StagedFolder.incompleteName).text)
    try delete(OutputManifest.fileName, in: folder)
    return StagedOutput(
      write: write, location: location,
      folder: StagedFolder(
        path: location.path, naming: .final, format: write.format, firstPart: firstPart),
      marker: nil, lock: nil)
  }

  package func resume(
    _ write: FileWrite, at location: OutputLocation, folder: StagedFolder,
    marker: VisibilityMarker?
  ) throws -> StagedOutput {
    StagedOutput(write: write, location: location, folder: folder, marker: marker, lock: nil)
  }

  /// Objects but those that tell the state of the output.
  private func objects(in folder: FileLocation) throws -> [Before.Object] {
    guard try FileSystem.exists(folder.text) else { return [] }
    let own = [StagedFolder.incompleteName, CommitJournal.fileName, OutputManifest.fileName]
    var objects: [Before.Object] = []
    for entry in try FileSystem.entries(of: folder.text) where !own.contains(entry.name) {
      if entry.name == StagedFolder.artifactsName, entry.information.kind == .directory {
        try collect(below: entry.name, in: folder, into: &objects)
      } else {
        objects.append(Before.Object(entry, name: entry.name))
      }
    }
    return objects
  }

  /// All objects below a folder of the output's.
  private func collect(
    below path: String, in folder: FileLocation, into objects: inout [Before.Object]
  ) throws {
    for entry in try FileSystem.entries(of: folder.appending(path: path).text) {
      let name = "\(path)/\(entry.name)"
      if entry.information.kind == .directory {
        try collect(below: name, in: folder, into: &objects)
      } else {
        objects.append(Before.Object(entry, name: name))
      }
    }
  }

  /// Nil when there is no such object.
  private func bytes(of name: String, in folder: FileLocation) throws -> [UInt8]? {
    let path = folder.appending(name).text
    return try FileSystem.exists(path) ? FileSystem.read(path) : nil
  }

  private func delete(_ name: String, in folder: FileLocation) throws {
    let path = folder.appending(name).text
    if try FileSystem.exists(path) { try FileSystem.deleteFile(path) }
  }

  private func decoded(
    _ manifest: [UInt8]?, in folder: FileLocation
  ) throws -> OutputManifest? {
    guard let manifest, !manifest.isEmpty else { return nil }
    return try OutputManifest(
      json: manifest, path: folder.appending(OutputManifest.fileName).text)
  }

  private func before(_ folder: FileLocation) throws -> Before? {
    try bytes(of: StagedFolder.incompleteName, in: folder).map { bytes in
      try Before(json: bytes, path: folder.appending(StagedFolder.incompleteName).text)
    }
  }

  // MARK: Committing

  package func decide(_ output: CompletedOutput) throws -> CommitJournal.Output {
    let journaled = try output.journaled(folder: nil)
    let folder = FileLocation(journaled.target)
    for file in journaled.files {
      let path = folder.appending(path: file.name).text
      let found = try FileSystem.information(path)
      if found.kind != .file { throw OutputError.fileMissing(path: path) }
      if found.size != file.bytes {
        throw OutputError.fileChanged(path: path, expected: file.bytes, found: found.size)
      }
    }
    return journaled
  }

  package func write(_ journal: CommitJournal, for output: CommitJournal.Output) throws {
    let path = FileLocation(output.staging).appending(CommitJournal.fileName).text
    try FileSystem.write(journal.json(), to: path)
  }

  package func journal(inStaging staging: String) throws -> CommitJournal? {
    let folder = FileLocation(staging)
    return try bytes(of: CommitJournal.fileName, in: folder).map { bytes in
      try CommitJournal(json: bytes, path: folder.appending(CommitJournal.fileName).text)
    }
  }

  package func withdrawJournal(of output: CommitJournal.Output) throws {
    try delete(CommitJournal.fileName, in: FileLocation(output.target))
  }

  package func complete(_ output: CommitJournal.Output) throws {
    let folder = FileLocation(output.target)
    // Without what was before, the output was complete already when an earlier call was cut off.
    guard let before = try before(folder) else { return }
    var kept = Set(output.files.map(\.name))
    var manifest = output.manifest
    if output.mode == FileWrite.Mode.append.rawValue {
      kept.formUnion(before.objects.map(\.name))
      manifest = manifest.appended(
        to: try decoded(before.manifest, in: folder),
        in: try FileSystem.entries(of: folder.text))
    }
    // Also what attempts that do not count wrote: another one may have chosen other names.
    let artifacts = try objects(in: folder).filter {
      $0.name.hasPrefix("\(StagedFolder.artifactsName)/")
    }
    for name in Set((before.objects + artifacts).map(\.name)).subtracting(kept) {
      try deleteAll(name, in: folder)
    }
    try FileSystem.write(
      manifest.json(), to: folder.appending(OutputManifest.fileName).text)
  }

  private func deleteAll(_ name: String, in folder: FileLocation) throws {
    let path = folder.appending(path: name).text
    switch try FileSystem.information(path).kind {
    case .absent: break
    case .directory: try FileSystem.deleteDirectory(path)
    case .file, .other: try FileSystem.deleteFile(path)
    }
  }

  package func discard(_ output: CommitJournal.Output) throws {
    let folder = FileLocation(output.target)
    try delete(StagedFolder.incompleteName, in: folder)
    try delete(CommitJournal.fileName, in: folder)
  }

  package func abort(_ output: StagedOutput) throws {
    guard try journal(inStaging: output.staging) == nil else { return }
    try restore(FileLocation(output.location.path))
  }

  /// Removes what attempts have added, and gives the output its `_SUCCESS` back when they replaced nothing.
  private func restore(_ folder: FileLocation) throws {
    guard let before = try before(folder) else { return }
    let known = Set(before.objects.map(\.name))
    let now = try objects(in: folder)
    for object in now where !known.contains(object.name) { try deleteAll(object.name, in: folder) }
    // Equal sizes prove nothing; a store that tells no times does not show what was replaced.
    let isUntouched =
      Set(before.objects).isSubset(of: now) && before.objects.allSatisfy { $0.modified > 0 }
    guard isUntouched, before.manifest != nil || before.objects.isEmpty else { return }
    if let manifest = before.manifest {
      try FileSystem.write(manifest, to: folder.appending(OutputManifest.fileName).text)
    }
    try delete(StagedFolder.incompleteName, in: folder)
  }
}
