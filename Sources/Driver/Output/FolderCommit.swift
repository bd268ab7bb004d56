import Plan

/// How a folder of files becomes an output: built beside it, then put in its place in one step.
///
/// A pure function of what the journal says and of what is on the disk. Whoever looks again after any step, in
/// this process or in the next, is told the step that comes then.
package enum FolderCommit {
  /// What is where the output goes.
  package enum Target: Hashable {
    case absent
    case emptyFolder
    /// A folder with `_SUCCESS`.
    case output
    case otherFolder
    case file
  }

  package struct Observation: Hashable {
    package var target: Target
    /// Its inode; nil when nothing is there.
    package var targetFolder: UInt64?
    /// The files of the journal that still have the names of their attempts.
    package var staged: Set<CommitJournal.File>
    /// The files of the journal that are in the built folder.
    package var built: Set<CommitJournal.File>
    package var hasManifest: Bool

    package init(
      target: Target, targetFolder: UInt64?, staged: Set<CommitJournal.File>,
      built: Set<CommitJournal.File>, hasManifest: Bool
    ) {
      self.target = target
      self.targetFolder = targetFolder
      self.staged = staged
      self.built = built
      self.hasManifest = hasManifest
    }
  }

  package enum Step: Hashable {
    /// Move these into the built folder.
    case assemble([CommitJournal.File])
    case writeManifest
    /// Rename the built folder to the output, where nothing or an empty folder is.
    case moveIntoPlace
    /// Give the built folder and the old output each other's place.
    case exchange
    case done
  }

  package static func nextStep(
    for output: CommitJournal.Output, seeing seen: Observation
  ) throws(OutputError) -> Step {
    if let folder = seen.targetFolder, folder == output.folder { return .done }
    // First, so that an output that cannot become final is refused before anything moves.
    let publication = try publication(of: output, over: seen.target)
    let isThere = seen.staged.union(seen.built)
    if let missing = output.files.first(where: { !isThere.contains($0) }) {
      throw .fileMissing(path: missing.staged)
    }
    let waiting = output.files.filter { !seen.built.contains($0) }
    if !waiting.isEmpty { return .assemble(waiting) }
    return seen.hasManifest ? publication : .writeManifest
  }

  private static func publication(
    of output: CommitJournal.Output, over target: Target
  ) throws(OutputError) -> Step {
    let replaces = output.mode == FileWrite.Mode.overwrite.rawValue
    switch target {
    case .absent, .emptyFolder: return .moveIntoPlace
    case .output where replaces: return .exchange
    case .otherFolder where replaces: throw .notAnOutput(path: output.target, mode: .overwrite)
    case .output, .otherFolder: throw .exists(path: output.target)
    case .file: throw .notAFolder(path: output.target)
    }
  }
}

/// How files are put into a folder that stays, after those that are there: one by one, and a reader that goes by
/// `_SUCCESS` sees them all at once, when its new list replaces the old one.
package enum AppendCommit {
  package struct Observation: Hashable {
    package var staged: Set<CommitJournal.File>
    /// The files of the journal whose names are taken in the output, or lead through a file there.
    package var present: Set<CommitJournal.File>
    /// The names that `_SUCCESS` lists.
    package var listed: Set<String>

    package init(
      staged: Set<CommitJournal.File>, present: Set<CommitJournal.File>, listed: Set<String>
    ) {
      self.staged = staged
      self.present = present
      self.listed = listed
    }
  }

  package enum Step: Hashable {
    case move([CommitJournal.File])
    case writeManifest
    case done
  }

  package static func nextStep(
    for output: CommitJournal.Output, seeing seen: Observation
  ) throws(OutputError) -> Step {
    for file in output.files {
      switch (seen.staged.contains(file), seen.present.contains(file)) {
      case (true, true) where file.rows == nil:
        throw .artifactTaken(path: "\(output.target)/\(file.name)")
      case (true, true): throw .nameTaken(path: "\(output.target)/\(file.name)")
      case (false, false): throw .fileMissing(path: file.staged)
      default: break
      }
    }
    let waiting = output.files.filter(seen.staged.contains)
    if !waiting.isEmpty { return .move(waiting) }
    return output.files.allSatisfy { seen.listed.contains($0.name) } ? .done : .writeManifest
  }
}
