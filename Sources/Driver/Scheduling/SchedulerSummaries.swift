import OrderedCollections
import Plan

// Small values about the scheduler's state, for pages, commands and progress lines.

package struct JobProgress: Hashable, Sendable {
  package struct Stage: Hashable, Sendable {
    package var id: Int
    package var name: String
    package var tasks: Int
    package var running: Int
    package var finished: Int
  }

  package var id: JobID
  package var stages: [Stage]
  /// Tasks that had to run again.
  package var retries: Int
  package var inputRows: Int
  /// Rows that were to be scored and whose key has no model.
  package var rowsWithoutModel: Int
  package var isCommitting: Bool
  /// What keeps the job from going on, when nothing of it runs.
  package var waitingFor: String?
}

package struct ExecutorSummary: Hashable, Sendable {
  package var id: ExecutorID
  package var description: ExecutorDescription
  package var running: Int
  package var silence: Duration
  package var isExcluded: Bool
  package var isDraining: Bool
}

package struct CachedTableSummary: Hashable, Sendable {
  package var name: String
  package var job: JobID
  package var schema: String
  package var partitions: [CachedLocation?]
}

extension Scheduler {
  /// Progress of a live job; nil when there is none of this number.
  package func progress(of id: JobID) -> JobProgress? {
    guard let job = jobs[id] else { return nil }
    return JobProgress(
      id: id,
      stages: zip(job.plan.stages, job.stages).map { stage, state in
        JobProgress.Stage(
          id: stage.id, name: stage.name, tasks: stage.partitionCount,
          running: state.runningCount, finished: state.finishedCount)
      }, retries: job.retries, inputRows: job.inputRows,
      rowsWithoutModel: job.stages.reduce(0) { $0 + $1.rowsWithoutModel },
      isCommitting: job.phase == .committing,
      waitingFor: executors.isEmpty
        ? "no executor is registered"
        : isRefusedByAll(id) ? "no executor sees the folders of the outputs" : nil)
  }

  package func executorSummaries(at now: Instant) -> [ExecutorSummary] {
    executors.map { id, state in
      ExecutorSummary(
        id: id, description: state.description, running: state.running.count,
        silence: now - state.lastHeard, isExcluded: state.isExcluded(at: now),
        isDraining: state.drain != nil)
    }
  }

  package func cachedTableSummaries() -> [CachedTableSummary] {
    cachedNames.compactMap { name, id in
      cachedTables[id].map { table in
        CachedTableSummary(
          name: name, job: id.job, schema: table.plan.results[table.result].schema.description,
          partitions: table.parts)
      }
    }
  }

  /// What a planner needs of the cached tables, by name.
  package var cachedTableLayouts: [String: ResultTable] {
    var layouts: [String: ResultTable] = [:]
    for (name, id) in cachedNames {
      layouts[name] = cachedTables[id].map { $0.plan.results[$0.result] }
    }
    return layouts
  }

  /// The plan of a live job.
  package func plan(of job: JobID) -> StagePlan? { jobs[job]?.plan }

  /// The cached tables that a live job reads, by the names that they had when it was submitted.
  package func cachedInputs(of job: JobID) -> OrderedDictionary<String, CachedTableID>? {
    jobs[job]?.cachedInputs
  }

  /// The job in whose name a live job keeps cached partitions.
  package func owner(of job: JobID) -> JobID? { jobs[job]?.owner }
}
