import Driver
import Plan

/// What an executor says on its control connection: the messages of `control.proto` as the values that they carry.
enum MessageToDriver {
  case register(ExecutorID, ExecutorDescription, holding: ExecutorHoldings)
  case heartbeat
  case drainRequest
  case blocksMigrated(BlockMigration, failure: String?)
  case jobPrepared(JobID, refusal: String?)
  case reports([Report])

  struct Report {
    var attempt: AttemptID
    var result: TaskResult
  }
}

/// What a driver says to an executor.
enum MessageToExecutor {
  case registered(generation: UInt64)
  case heartbeat
  case prepareJob(JobID)
  case stage(StageAssignment)
  case mapOutputs(JobID, exchange: Int, [MapOutput])
  case launch([TaskLaunch])
  case cancel([AttemptID])
  case releaseJob(JobID)
  case releaseCachedTable(CachedTableID)
  case migrate(BlockMigration)
  case dismissed
}
