import DequeModule
import Plan

/// What counts no more after stages were put back to where nothing of them had run.
struct Rollback: Sendable {
  var stages: Set<Int> = []
  /// Attempts that were under way, and where.
  var running: [(attempt: AttemptID, executor: ExecutorID)] = []
  /// Those that had finished, and who held what they wrote.
  var finished: [(attempt: AttemptID, holder: ExecutorID)] = []
}

// A task of an indeterminate stage that runs again gives other rows. Whoever has read the old ones must not be joined
// by one that reads the new: a row could be lost, or there twice. So the stage and all that depends on it start again as
// soon as anything that depends on it has begun. Until its commit nothing has left a job.

extension JobState {
  /// A finished task must run again: what it wrote is gone. What starts again with it is added to `rollback`.
  mutating func rerun(stage: Int, partition: Int, _ rollback: inout Rollback) {
    if mustRunWhole(stage) {
      rollBack(stage, &rollback)
      return
    }
    let wasComplete = stages[stage].isComplete
    stages[stage].tasks[partition].phase = .waiting
    stages[stage].tasks[partition].executor = nil
    stages[stage].finishedCount -= 1
    stages[stage].pending.append(partition)
    hasNewWork = true
    retries += 1
    for sink in plan.stages[stage].sinks {
      guard case .result(let result, let first) = sink.target else { continue }
      if case .cache = plan.results[result].action {
        results[result].lose(partition: first + partition)
      } else if plan.stages[stage].isIndeterminate, phase == .running {
        // The next attempt does not write the same.
        results[result].lose(partition: first + partition)
      }
    }
    if wasComplete { rerunLostInputs(of: stage, &rollback) }
  }

  /// A cached table that comes out otherwise is to be made again: stages that are in the middle of reading it start
  /// again; those that have read all of it stay as they are as long as none of their tasks has to run again.
  mutating func loseInput(_ table: CachedTableID, _ rollback: inout Rollback) {
    guard phase == .running else { return }
    noteGone(table)
    for stage in plan.stages where reads(stage, table) && !stages[stage.id].isComplete {
      if hasBegun(stage.id) { rollBack(stage.id, &rollback) }
    }
  }

  /// Stages that have read all of a table have perhaps not read what is there under its name now.
  mutating func noteGone(_ table: CachedTableID) {
    for stage in plan.stages where reads(stage, table) && stages[stage.id].isComplete {
      stages[stage.id].hasReadWhatIsGone = true
    }
  }

  private func reads(_ stage: Stage, _ table: CachedTableID) -> Bool {
    stage.inputs.contains { input in
      if case .cached(let name, _) = input { cachedInputs[name] == table } else { false }
    }
  }

  /// Whether no task of a stage can run again without all others. What is being committed stays as it is.
  private func mustRunWhole(_ stage: Int) -> Bool {
    guard phase == .running else { return false }
    if stages[stage].hasReadWhatIsGone { return true }
    return plan.stages[stage].isIndeterminate
      && plan.stages(downstreamOf: stage).contains(where: hasBegun)
  }

  /// Whether a task of a stage runs, or has left anything. One that was launched and given up has not.
  private func hasBegun(_ stage: Int) -> Bool {
    stages[stage].runningCount > 0 || stages[stage].hasFinishedTasks
  }

  private mutating func rollBack(_ stage: Int, _ rollback: inout Rollback) {
    let again = [stage] + plan.stages(downstreamOf: stage).filter(hasBegun)
    for stage in again { forget(stage, &rollback) }
    for stage in again { rerunLostInputs(of: stage, &rollback) }
  }

  /// Puts a stage back to where nothing of it had run. What counts attempts, deaths and failed fetches stays: nothing is
  /// tried for ever.
  private mutating func forget(_ stage: Int, _ rollback: inout Rollback) {
    rollback.stages.insert(stage)
    for partition in stages[stage].tasks.indices {
      let task = stages[stage].tasks[partition]
      guard task.phase > .waiting else { continue }
      let id = TaskID(job: self.id, stage: stage, partition: partition)
      if let executor = task.executor {
        let attempt = AttemptID(task: id, epoch: task.epoch)
        if task.phase == .running {
          rollback.running.append((attempt, executor))
        } else {
          rollback.finished.append((attempt, executor))
        }
      }
      if let second = task.speculative {
        rollback.running.append((AttemptID(task: id, epoch: second.epoch), second.executor))
      }
      stages[stage].tasks[partition].phase = .waiting
      stages[stage].tasks[partition].executor = nil
      stages[stage].tasks[partition].speculative = nil
      stages[stage].tasks[partition].blocks = []
      retries += 1
    }
    runningCount -= stages[stage].runningCount
    stages[stage].runningCount = 0
    stages[stage].finishedCount = 0
    stages[stage].pending = Deque(stages[stage].tasks.indices)
    stages[stage].hasFinishedTasks = false
    stages[stage].isWatched = false
    stages[stage].hasReadWhatIsGone = false
    hasNewWork = true
    for sink in plan.stages[stage].sinks {
      guard case .result(let result, let first) = sink.target else { continue }
      for partition in stages[stage].tasks.indices {
        results[result].lose(partition: first + partition)
      }
    }
  }

  /// What a stage reads may have gone with its holders while the stage was complete and nobody needed it.
  private mutating func rerunLostInputs(of stage: Int, _ rollback: inout Rollback) {
    for case .exchange(let exchange) in plan.stages[stage].inputs {
      for producer in plan.exchanges[exchange].producers {
        for partition in stages[producer].tasks.indices {
          let task = stages[producer].tasks[partition]
          if task.phase == .finished, task.executor == nil {
            rerun(stage: producer, partition: partition, &rollback)
          }
        }
      }
    }
  }
}
