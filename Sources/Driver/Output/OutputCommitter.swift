import Columnar
import Plan

/// Makes the outputs of a job final, once, after all of them are complete.
///
/// All calls block on the file system and throw `OutputError` and `FileError`. They may come from any thread, but
/// one at a time for one job.
package struct OutputCommitter: Sendable {
  package init() {}

  /// Checks that a job may write an output and makes room for the files of its attempts.
  ///
  /// What a dead driver left there is ended first: a commit that it had decided on goes on, the rest is removed.
  /// The job should hold the reservation of the output (`OutputReservations`).
  package func prepare(_ write: FileWrite, for job: JobID) throws -> StagedOutput {
    let location = try OutputLocation(write.path)
    return try place(of: location).prepare(write, at: location, for: job)
  }

  /// Takes the room for an output again that an earlier driver made for the same job.
  package func resume(
    _ write: FileWrite, at location: OutputLocation, folder: StagedFolder,
    marker: VisibilityMarker?
  ) throws -> StagedOutput {
    try place(of: location).resume(write, at: location, folder: folder, marker: marker)
  }

  /// Goes on with a commit that an earlier driver decided on, wherever it was cut off, also after its end.
  package func resume(_ journal: CommitJournal) throws {
    try carryOut(journal)
  }

  /// Commits all outputs of a job.
  ///
  /// Nothing has happened to what readers see when it throws before the journal is written: a file that is missing,
  /// an output that appeared meanwhile. What is cut off later goes on where it stopped when it is called again,
  /// or when a later job prepares one of the outputs.
  ///
  /// - Parameter onDecision: called with what is to happen, before anything does; when it throws, nothing happens.
  package func commit(
    _ outputs: [CompletedOutput], onDecision: (CommitJournal) throws -> Void = { _ in }
  ) throws {
    let decided = try outputs.map { try place(of: $0.staged.location).decide($0) }
    let journal = CommitJournal(outputs: decided)
    try onDecision(journal)
    try carryOut(journal)
    for output in outputs { output.staged.lock?.release() }
  }

  /// The decision is where the outputs are before anything moves, so that whoever prepares one of them next goes on
  /// with it when this is cut off or fails.
  private func carryOut(_ journal: CommitJournal) throws {
    for output in journal.outputs.reversed() where try FileSystem.exists(output.staging) {
      try place(of: OutputLocation(output.target)).write(journal, for: output)
    }
    do {
      try complete(journal)
    } catch let error as OutputError where error.isFinal {
      // The decision cannot stand: `abort` shall find none.
      for output in journal.outputs {
        try place(of: OutputLocation(output.target)).withdrawJournal(of: output)
      }
      throw error
    }
  }

  /// Gives up the outputs of a job and removes what its attempts wrote. A commit that was decided on is left to
  /// whoever prepares the output next, as is what cannot be removed now.
  package func abort(_ outputs: [StagedOutput]) {
    for output in outputs {
      try? place(of: output.location).abort(output)
      output.lock?.release()
    }
  }

  /// Goes on with a commit that was cut off; false when none was decided on or it can no longer be done.
  func recover(_ place: some OutputPlace, staging: String) throws -> Bool {
    guard let journal = try place.journal(inStaging: staging), let first = journal.outputs.first,
      try self.place(of: OutputLocation(first.target)).journal(inStaging: first.staging) == journal
    else { return false }
    do {
      try complete(journal)
      return true
    } catch let error as OutputError where error.isFinal {
      return false
    }
  }

  private func complete(_ journal: CommitJournal) throws {
    for output in journal.outputs {
      try place(of: OutputLocation(output.target)).complete(output)
    }
    // The first one's journal is the decision: it goes last.
    for output in journal.outputs.reversed() {
      try place(of: OutputLocation(output.target)).discard(output)
    }
  }

  private func place(of location: OutputLocation) -> any OutputPlace {
    switch location {
    case .folder: LocalOutput()
    case .objects: ObjectOutput()
    }
  }
}

extension OutputError {
  /// Whether trying again cannot help.
  fileprivate var isFinal: Bool {
    if case .failed = self { false } else { true }
  }
}
