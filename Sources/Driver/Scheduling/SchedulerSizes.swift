/// How much a scheduler holds, in entries: bounded by the work that is live and by the executors that are registered.
package struct SchedulerSizes: Hashable, Sendable {
  package var jobs: Int
  package var queuedJobs: Int
  package var executors: Int
  package var idleExecutors: Int
  package var cachedTables: Int
  /// Attempts that run or wait with an executor.
  package var attempts: Int
  /// What executors were told of jobs, an entry for each of the two.
  package var jobsOfExecutors: Int
  /// Finished tasks whose blocks executors hold.
  package var outputsOfExecutors: Int
  package var rememberedDeaths: Int
  /// What time will bring about, with what no longer matters and was not due yet.
  package var timetable: Int
}

extension Scheduler {
  /// O(executors).
  package var sizes: SchedulerSizes {
    var sizes = SchedulerSizes(
      jobs: jobs.count, queuedJobs: queue.count, executors: executors.count,
      idleExecutors: idle.count + parked.count, cachedTables: cachedTables.count, attempts: 0,
      jobsOfExecutors: 0,
      outputsOfExecutors: 0, rememberedDeaths: recentDeaths.count, timetable: timetable.count)
    for executor in executors.values {
      sizes.attempts += executor.running.count
      sizes.jobsOfExecutors += max(
        executor.preparations.count, executor.stagesSent.count, executor.exchangeVersions.count)
      sizes.outputsOfExecutors += executor.outputs.count
    }
    return sizes
  }
}
