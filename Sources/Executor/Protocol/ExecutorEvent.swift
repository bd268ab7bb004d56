import Columnar
import Plan

/// All that an attempt needs to run.
package struct TaskAssignment: Hashable, Sendable {
  package var launch: TaskLaunch
  package var stage: StageAssignment
  /// Where the exchanges that it reads are, each in the order in which it is read.
  package var mapOutputs: [Int: [MapOutput]]

  package init(launch: TaskLaunch, stage: StageAssignment, mapOutputs: [Int: [MapOutput]]) {
    self.launch = launch
    self.stage = stage
    self.mapOutputs = mapOutputs
  }
}

/// What the executor's side of the protocol is told.
package enum ExecutorEvent: Sendable {
  /// The driver has taken the executor in.
  case registered(generation: UInt64)
  case driverLost
  case stageAssigned(StageAssignment)
  case mapOutputs(JobID, exchange: Int, [MapOutput])
  case launch([TaskLaunch])
  case cancel([AttemptID])
  case releaseJob(JobID)
  case releaseCachedTable(CachedTableID)
  case attemptEnded(AttemptID, TaskResult)
  /// Blocks of an executor that leaves are to be taken over.
  case migrate(BlockMigration)
  /// They are here, or `failure` says why not.
  case migrated(BlockMigration, failure: String?)
}

/// What it asks for, to be carried out in the order given.
package enum ExecutorAction: Hashable, Sendable {
  case start(TaskAssignment)
  case stop(AttemptID)
  case report(AttemptID, TaskResult)
  case migrate(BlockMigration)
  case reportMigrated(BlockMigration, failure: String?)
  /// What attempts have written of blocks and cached partitions.
  case removeOutputs([AttemptID])
  case removeBlocks(JobID)
  case removeCachedTable(CachedTableID)
}
