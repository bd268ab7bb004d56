import Columnar
import Plan

/// Cuts a job into stages at its shuffles.
///
/// A pure function of the job and of its inputs: executors, slots, memory and time are not asked, so that the
/// same job on the same files has the same partitions and with them the same bits.
package struct Planner: Hashable, Sendable {
  package var sizing = ExchangeSizing()
  /// How many parts of stages a table may consist of; unions of unions double them.
  package var fragmentLimit = 10_000

  package init() {}

  /// - Parameters:
  ///   - scans: the listed files of each table that an output needs and that reads files, by the table's index.
  ///   - cached: the tables in the executors' memory that the job reads, by name.
  package func plan(
    _ job: AnalyzedJob, scans: [Int: ScanInput], cached: [String: CachedTableLayout]
  ) throws(PlanningError) -> StagePlan {
    var tables = TablePlanner(planner: self, job: job, scans: scans, cached: cached)
    for table in job.tables.indices { try tables.plan(table) }
    for output in job.outputs { tables.plan(output) }
    return tables.builder.finished()
  }
}
