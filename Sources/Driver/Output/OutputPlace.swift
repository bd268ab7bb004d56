import Plan

/// A kind of place that outputs go to. All calls block; each may be repeated after it was cut off. They throw
/// `OutputError` and `FileError`.
package protocol OutputPlace {
  /// Checks that the mode allows to write here and makes room for the files of attempts.
  func prepare(_ write: FileWrite, at location: OutputLocation, for job: JobID) throws
    -> StagedOutput

  /// Takes the room again that an earlier driver made: `folder` and `marker` are as they were.
  func resume(
    _ write: FileWrite, at location: OutputLocation, folder: StagedFolder,
    marker: VisibilityMarker?
  ) throws -> StagedOutput

  /// The output as the journal will have it, after all its files were found where tasks wrote them.
  func decide(_ output: CompletedOutput) throws -> CommitJournal.Output

  func write(_ journal: CommitJournal, for output: CommitJournal.Output) throws

  /// Nil when there is none.
  func journal(inStaging path: String) throws -> CommitJournal?

  /// Removes the journal alone.
  func withdrawJournal(of output: CommitJournal.Output) throws

  /// Makes the output final, from wherever an earlier call was cut off.
  func complete(_ output: CommitJournal.Output) throws

  /// Removes what was needed to make the output final, the journal last.
  func discard(_ output: CommitJournal.Output) throws

  /// Gives up an output and leaves what was there before, where that is possible; does nothing when there is a
  /// journal.
  func abort(_ output: StagedOutput) throws
}
