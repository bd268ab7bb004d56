import Plan

/// What a driver has counted since it started.
struct DriverMetrics: Sendable {
  private(set) var endedJobs: [JobRecord.State: Int] = [:]
  private(set) var jobTimes = MetricHistogram()
  private(set) var finishedTasks = 0
  private(set) var cancelledTasks = 0
  /// By cause.
  private(set) var failedTasks: [JobIncident.Kind: Int] = [:]
  private(set) var taskTimes = MetricHistogram()
  private(set) var inputRows = 0
  private(set) var shuffleBytes: Int64 = 0
  private(set) var lostExecutors = 0
  var planningTimes = MetricHistogram()
  var commitTimes = MetricHistogram()
  var committedBytes: Int64 = 0
  /// How long entries that somebody waits for took to be on the disk.
  var journalTimes = MetricHistogram()

  mutating func observe(_ event: SchedulerEvent) {
    switch event {
    case .taskFinished(_, _, let outcome):
      finishedTasks += 1
      inputRows += outcome.inputRows
      shuffleBytes += outcome.shuffleBytes
      if let time = outcome.runningTime { taskTimes.observe(time.seconds) }
    case .taskFailed(_, _, let failure):
      if let kind = JobIncident.Kind(failure) {
        failedTasks[kind, default: 0] += 1
      } else {
        cancelledTasks += 1
      }
    default: break
    }
  }

  mutating func lostExecutor() { lostExecutors += 1 }

  mutating func ended(_ state: JobRecord.State, after seconds: Double) {
    endedJobs[state, default: 0] += 1
    jobTimes.observe(seconds)
  }
}
