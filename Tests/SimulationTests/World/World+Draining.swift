import Driver
import Executor
import Plan

// Executors that leave on SIGTERM: the driver lets them go when others have what they hold.

extension World {
  mutating func askToLeave(_ id: ExecutorID) {
    guard executors[id]!.leavesBy == nil else { return }
    note("\(id) is asked to leave")
    executors[id]!.leavesBy = agenda.now + SchedulerOptions().drainTimeout
    send(.drainRequest, from: id)
    if executors[id]!.connection == nil { leaveAlone(id) }
  }

  /// Without a driver one that is to leave goes when nobody could want what it has.
  mutating func leaveAlone(_ id: ExecutorID) {
    guard let executor = executors[id], executor.leavesBy != nil, executor.state.heldJobs.isEmpty,
      executor.state.heldCachedTables.isEmpty
    else { return }
    leave(id)
  }

  mutating func leave(_ id: ExecutorID) {
    guard let host = executors[id]?.host else { return }
    endExecutor(id, "it leaves")
    agenda.add(.executorStarts(host: host), after: .seconds(1))
  }

  mutating func migrate(_ request: BlockMigration, to id: ExecutorID) {
    begin(
      Fetch(
        reader: id, purpose: .migration(request), address: request.address,
        blocks: request.blocks.map(\.key),
        partitions: request.partitions.map {
          CachedPartitionKey(table: $0.table, partition: $0.partition, epoch: $0.epoch)
        }, deadline: agenda.now + Fetch.timeout))
  }

  mutating func takeOver(_ request: BlockMigration, _ answer: FetchAnswer, by id: ExecutorID) {
    var isComplete = false
    if case .found(let blocks, let partitions) = answer {
      for (key, rows) in blocks {
        executors[id]!.store.put(key, rows)
        ledger.written(key, by: id)
      }
      for (key, rows) in partitions { executors[id]!.store.put(key, rows) }
      isComplete =
        blocks.count + partitions.count == request.blocks.count + request.partitions.count
    }
    apply(.migrated(request, failure: isComplete ? nil : "something is missing"), on: id)
  }
}

extension BlockMigration.Block {
  fileprivate var key: BlockKey {
    BlockKey(
      job: attempt.task.job, exchange: block.exchange, producer: block.producer,
      partition: attempt.task.partition, epoch: attempt.epoch)
  }
}
