/// A stage with what its tasks need beside their partition.
package struct StageAssignment: Hashable, Sendable {
  package struct Result: Hashable, Sendable {
    package var table: ResultTable
    /// Where the files of a written result wait for the driver.
    package var staging: StagedFolder?

    package init(table: ResultTable, staging: StagedFolder?) {
      self.table = table
      self.staging = staging
    }
  }

  package var job: JobID
  /// In whose name cached partitions are kept.
  package var owner: JobID
  package var stage: Stage
  /// The exchanges that the stage reads or writes, by their number.
  package var exchanges: [Int: Exchange]
  /// The results that it feeds, by their index.
  package var results: [Int: Result]

  package init(
    job: JobID, owner: JobID, stage: Stage, exchanges: [Int: Exchange], results: [Int: Result]
  ) {
    self.job = job
    self.owner = owner
    self.stage = stage
    self.exchanges = exchanges
    self.results = results
  }
}
