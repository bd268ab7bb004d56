import OrderedCollections
import Plan

// Executors that are to leave: they get no more tasks, finish those that run, and others take over what they hold and
// what somebody still needs (Spark calls it decommissioning). What does not go so in time goes as with a dead one.

extension Scheduler {
  /// Tasks whose outputs move in one request.
  private static let migrationSize = 16

  mutating func drain(_ id: ExecutorID, at now: Instant) {
    guard hasExecutor(id), self[executor: id].drain == nil else { return }
    self[executor: id].drain = DrainState(since: now)
    draining.append(id)
    includeTheLast(at: now)
    let state = self[executor: id]
    recall(Array(state.running.dropFirst(state.description.slots)), from: id)
    continueDrain(of: id, at: now)
  }

  mutating func continueDrains(at now: Instant) {
    for id in Array(draining) { continueDrain(of: id, at: now) }
  }

  private mutating func continueDrain(of id: ExecutorID, at now: Instant) {
    guard hasExecutor(id), let drain = self[executor: id].drain else { return }
    if now - drain.since >= options.drainTimeout {
      recall(Array(self[executor: id].running), from: id)
      dismiss(id, at: now)
      return
    }
    guard self[executor: id].running.isEmpty else { return }
    let waiting = askForTakeOver(from: id, at: now)
    let readers = self[executor: id].drain!.readers.filter { isUnderWay($0) }
    self[executor: id].drain!.readers = readers
    let left = self[executor: id].drain!
    // Alone it would wait for nobody.
    let isAlone = executors.count == 1
    guard isAlone || !waiting && left.migrations.isEmpty && left.readers.isEmpty else { return }
    dismiss(id, at: now)
  }

  private mutating func dismiss(_ id: ExecutorID, at now: Instant) {
    actions.append(.dismiss(id))
    remove(id, at: now)
  }

  // MARK: What moves

  /// Asks receivers that have nothing to take over yet; true when something waits for one.
  private mutating func askForTakeOver(from id: ExecutorID, at now: Instant) -> Bool {
    var moving: Set<AttemptID> = []
    var movingPartitions: Set<BlockMigration.CachedPartition> = []
    for migration in self[executor: id].drain!.migrations.values {
      moving.formUnion(migration.attempts)
      movingPartitions.formUnion(migration.request.partitions)
    }
    var tasks: OrderedDictionary<JobID, [AttemptID]> = [:]
    for attempt in neededOutputs(heldBy: id) where !moving.contains(attempt) {
      tasks[attempt.task.job, default: []].append(attempt)
    }
    let partitions = cachedPartitions(heldBy: id).filter { !movingPartitions.contains($0) }
    let receivers = executors.keys.filter { other in
      other != id && self[executor: other].isAvailable(at: now)
        && self[executor: id].drain!.migrations[other] == nil
    }
    for receiver in receivers {
      for job in tasks.keys where self[executor: receiver].preparations[job] == nil {
        prepare(job, on: receiver, at: now)
      }
      let ready = tasks.keys.first { job in
        if case .ready? = self[executor: receiver].preparations[job] { true } else { false }
      }
      if let job = ready, let attempts = tasks[job] {
        migrate(attempts.prefix(Self.migrationSize), of: job, from: id, to: receiver)
        let rest = Array(attempts.dropFirst(Self.migrationSize))
        tasks[job] = rest.isEmpty ? nil : rest
      }
    }
    if let receiver = receivers.first(where: { self[executor: id].drain!.migrations[$0] == nil }),
      !partitions.isEmpty
    {
      ask(
        DrainState.Migration(
          request: BlockMigration(
            holder: id, address: self[executor: id].description.dataAddress,
            partitions: Array(partitions.prefix(Self.migrationSize))), attempts: []),
        from: id, to: receiver)
      return true
    }
    return !tasks.isEmpty || !partitions.isEmpty
  }

  /// The attempts whose outputs are here and still wanted.
  private func neededOutputs(heldBy id: ExecutorID) -> [AttemptID] {
    self[executor: id].outputs.jobs.flatMap { self[executor: id].outputs.tasks(of: $0) }.compactMap
    {
      task in
      guard hasJob(task.job), let state = self[job: task.job].task(task),
        state.phase == .finished, state.executor == id,
        self[job: task.job].needsOutputs(of: task.stage)
      else { return nil }
      return AttemptID(task: task, epoch: state.epoch)
    }
  }

  /// Of tables whose jobs have ended; those of live jobs move with their tasks.
  private func cachedPartitions(heldBy id: ExecutorID) -> [BlockMigration.CachedPartition] {
    cachedTables.values.flatMap { table in
      table.parts.enumerated().compactMap { partition, part in
        guard let part, part.holder == id else { return nil }
        return BlockMigration.CachedPartition(
          table: table.id, partition: partition, epoch: part.epoch)
      }
    }
  }

  private mutating func migrate(
    _ attempts: ArraySlice<AttemptID>, of job: JobID, from id: ExecutorID, to receiver: ExecutorID
  ) {
    var request = BlockMigration(
      holder: id, address: self[executor: id].description.dataAddress)
    for attempt in attempts {
      guard let task = self[job: job].task(attempt.task) else { continue }
      for block in task.blocks {
        request.blocks.append(
          BlockMigration.Block(
            attempt: attempt, block: block,
            targetCount: self[job: job].plan.exchanges[block.exchange].partitionCount))
      }
      request.partitions += self[job: job].cachedPartitions(of: attempt.task).map {
        BlockMigration.CachedPartition(
          table: $0.location.table, partition: $0.partition, epoch: $0.location.epoch)
      }
    }
    ask(
      DrainState.Migration(request: request, attempts: Array(attempts)), from: id, to: receiver)
  }

  private mutating func ask(
    _ migration: DrainState.Migration, from id: ExecutorID, to receiver: ExecutorID
  ) {
    self[executor: id].drain!.migrations[receiver] = migration
    // Also of what it cannot take over whole.
    for moved in migration.request.partitions where cachedTables[moved.table] != nil {
      tableHolders[moved.table, default: []].insert(receiver)
    }
    actions.append(.migrate(migration.request, receiver))
  }

  // MARK: What has moved

  mutating func migrated(
    _ request: BlockMigration, to receiver: ExecutorID, failure: String?, at now: Instant
  ) {
    let id = request.holder
    guard hasExecutor(receiver), hasExecutor(id),
      let migration = self[executor: id].drain?.migrations[receiver], migration.request == request
    else { return }
    self[executor: receiver].lastHeard = now
    self[executor: id].drain!.migrations[receiver] = nil
    if failure == nil {
      for attempt in migration.attempts { move(attempt, from: id, to: receiver) }
      movePartitions(request.partitions, from: id, to: receiver)
    } else {
      abandon(migration, from: id, at: now)
    }
    continueDrain(of: id, at: now)
  }

  private mutating func move(_ attempt: AttemptID, from id: ExecutorID, to receiver: ExecutorID) {
    let task = attempt.task
    guard hasJob(task.job), let state = self[job: task.job].task(task), state.phase == .finished,
      state.epoch == attempt.epoch, state.executor == id
    else { return }
    let address = self[executor: receiver].description.dataAddress
    self[job: task.job].move(task, to: receiver, address: address)
    self[executor: id].outputs.remove(task)
    self[executor: receiver].outputs.insert(task)
    noteReaders(of: task, on: id)
    actions.append(.moveOutputs(attempt, receiver))
  }

  /// Those that run now were told the old place.
  private mutating func noteReaders(of task: TaskID, on id: ExecutorID) {
    let job = self[job: task.job]
    let readers = Set(
      job.plan.stages[task.stage].sinks.flatMap { sink -> [Int] in
        if case .exchange(let exchange, _) = sink.target { job.readers[exchange] } else { [] }
      })
    for executor in executors.values {
      for attempt in executor.running
      where attempt.task.job == task.job && readers.contains(attempt.task.stage) {
        self[executor: id].drain!.readers.append(attempt)
      }
    }
  }

  private mutating func noteReaders(
    of moved: BlockMigration.CachedPartition, on id: ExecutorID
  ) {
    for executor in executors.values {
      for attempt in executor.running
      where attempt.task.partition == moved.partition && hasJob(attempt.task.job) {
        let job = self[job: attempt.task.job]
        let reads = job.plan.stages[attempt.task.stage].inputs.contains { input in
          if case .cached(let name, _) = input {
            job.cachedInputs[name] == moved.table
          } else {
            false
          }
        }
        if reads { self[executor: id].drain!.readers.append(attempt) }
      }
    }
  }

  private mutating func movePartitions(
    _ partitions: [BlockMigration.CachedPartition], from id: ExecutorID, to receiver: ExecutorID
  ) {
    var changed: OrderedSet<CachedTableID> = []
    for moved in partitions {
      guard let part = cachedTables[moved.table]?.parts[moved.partition], part.holder == id,
        part.epoch == moved.epoch
      else { continue }
      cachedTables[moved.table]!.parts[moved.partition]!.holder = receiver
      tableHolders[moved.table, default: []].insert(receiver)
      cachedTables[moved.table]!.parts[moved.partition]!.address =
        self[executor: receiver].description.dataAddress
      changed.append(moved.table)
      noteReaders(of: moved, on: id)
    }
    for table in changed { actions.append(.keepCachedTable(cachedTables[table]!)) }
  }

  /// What could not be taken over is computed again.
  private mutating func abandon(
    _ migration: DrainState.Migration, from id: ExecutorID, at now: Instant
  ) {
    var changed: OrderedSet<JobID> = []
    for attempt in migration.attempts {
      let task = attempt.task
      guard hasJob(task.job), let state = self[job: task.job].task(task),
        state.phase == .finished, state.epoch == attempt.epoch, state.executor == id
      else { continue }
      rerun(task)
      self[executor: id].outputs.remove(task)
      changed.append(task.job)
    }
    for partition in migration.request.partitions
    where cachedTables[partition.table]?.parts[partition.partition]?.holder == id {
      lose(partition: partition.partition, of: partition.table)
      changed.formUnion(readers(of: partition.table))
    }
    for job in changed { advance(job, at: now) }
  }

  /// A receiver has gone: others may take over what it was asked for.
  mutating func forgetMigrations(to receiver: ExecutorID) {
    for id in draining { self[executor: id].drain?.migrations[receiver] = nil }
  }
}

extension JobState {
  /// The partitions that a finished task has put into cached results of this job.
  func cachedPartitions(of task: TaskID) -> [(location: CachedLocation, partition: Int)] {
    plan.stages[task.stage].sinks.compactMap { sink in
      guard case .result(let result, let first) = sink.target,
        case .cached(let location)? = results[result].parts[first + task.partition]
      else { return nil }
      return (location, first + task.partition)
    }
  }

  /// What a finished task wrote is held by another executor from now on.
  mutating func move(_ task: TaskID, to executor: ExecutorID, address: String) {
    stages[task.stage].tasks[task.partition].executor = executor
    for sink in plan.stages[task.stage].sinks {
      switch sink.target {
      case .exchange(let exchange, _): exchangeVersions[exchange] += 1
      case .result(let result, let first):
        guard case .cached(var location)? = results[result].parts[first + task.partition] else {
          continue
        }
        location.holder = executor
        location.address = address
        results[result].parts[first + task.partition] = .cached(location)
      }
    }
  }
}
