import Executor
import Plan

/// Which attempt of each indeterminate task rows come from, however far back. A restoration makes what the job that it
/// works for has made before: its attempts count as of that job.
struct Ancestry {
  private(set) var epochs: [TaskID: UInt64] = [:]
  /// One of which several attempts are in it.
  private(set) var mixedTask: TaskID?

  var isEmpty: Bool { epochs.isEmpty }

  mutating func add(_ task: TaskID, epoch: UInt64) {
    if epochs.updateValue(epoch, forKey: task).map({ $0 != epoch }) == true { mixedTask = task }
  }

  mutating func add(_ other: Ancestry) {
    if isEmpty {
      self = other
    } else {
      for (task, epoch) in other.epochs { add(task, epoch: epoch) }
      mixedTask = mixedTask ?? other.mixedTask
    }
  }
}

extension World {
  /// Whether another attempt of a task of a stage gives other rows, by what the client wanted.
  func isIndeterminate(_ stage: Stage) -> Bool {
    submission(of: stage).plan.stages[stage.id].isIndeterminate
  }

  /// Of what an attempt writes: all map outputs that it was told of are in it, also those that have no rows for it.
  func ancestry(of assignment: TaskAssignment) -> Ancestry {
    let task = assignment.launch.attempt.task
    var ancestry = Ancestry()
    for input in assignment.stage.stage.inputs {
      switch input {
      case .scan: break
      case .exchange(let exchange):
        let producers = assignment.stage.exchanges[exchange]!.producers
        for output in assignment.mapOutputs[exchange] ?? [] {
          let producer = TaskID(
            job: task.job, stage: producers[output.producer], partition: output.partition)
          ancestry.add(ledger.ancestry(of: AttemptID(task: producer, epoch: output.epoch)))
        }
      case .cached(let name, _):
        guard let location = assignment.launch.cached[name] else { continue }
        ancestry.add(
          ledger.ancestry(
            of: CachedPartitionKey(
              table: location.table, partition: task.partition, epoch: location.epoch)))
      }
    }
    if isIndeterminate(assignment.stage.stage) {
      ancestry.add(
        TaskID(job: assignment.stage.owner, stage: task.stage, partition: task.partition),
        epoch: assignment.launch.attempt.epoch)
    }
    return ancestry
  }
}
