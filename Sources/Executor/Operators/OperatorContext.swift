/// What operators have from the attempt that they belong to.
package struct OperatorContext {
  /// The number of the task in its stage.
  package var partition: Int
  /// Where a sort keeps what it sorts.
  package var runs: SortedRunSpace
  /// Called now and then by what takes long; throws when the attempt was told to stop.
  package var check: () throws -> Void
  package var log: TaskLog
  /// What runs functions of the user's; nil where that is not allowed.
  package var python: PythonServices?
  /// Where functions of this operator may write files; nil when nobody would collect these.
  package var artifacts: ArtifactFolder?

  package init(
    partition: Int, runs: SortedRunSpace, check: @escaping () throws -> Void, log: TaskLog,
    python: PythonServices? = nil, artifacts: ArtifactFolder? = nil
  ) {
    self.partition = partition
    self.runs = runs
    self.check = check
    self.log = log
    self.python = python
    self.artifacts = artifacts
  }
}
