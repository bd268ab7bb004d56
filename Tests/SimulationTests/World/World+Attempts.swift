import Driver
import Executor
import OrderedCollections
import Plan

// What the slots of an executor do: fetch the inputs of an attempt, compute, write.

extension World {
  mutating func start(_ assignment: TaskAssignment, on id: ExecutorID) {
    executors[id]!.waiting.append(assignment)
    fillSlots(of: id)
  }

  private mutating func fillSlots(of id: ExecutorID) {
    while let executor = executors[id], executor.running.count < executor.slots,
      let next = executors[id]!.waiting.popFirst()
    {
      begin(next, on: id)
    }
  }

  private mutating func begin(_ assignment: TaskAssignment, on id: ExecutorID) {
    let attempt = assignment.launch.attempt
    executors[id]!.running[attempt] = SimulatedExecutor.Running(assignment: assignment)
    if executors[id]!.cancelled.contains(attempt) {
      end(attempt, .failed(.cancelled), on: id)
      return
    }
    for fetch in fetches(for: assignment, by: id) {
      executors[id]!.running[attempt]!.awaited += 1
      begin(fetch)
    }
    if executors[id]!.running[attempt]!.awaited == 0 { compute(attempt, on: id) }
  }

  /// One request to each other executor that holds something of what the attempt reads.
  private func fetches(for assignment: TaskAssignment, by id: ExecutorID) -> [Fetch] {
    let attempt = assignment.launch.attempt
    var fetches: [Fetch] = []
    let deadline = agenda.now + Fetch.timeout
    for input in assignment.stage.stage.inputs {
      switch input {
      case .scan: break
      case .exchange(let exchange):
        var blocks: OrderedDictionary<ExecutorID, [MapOutput]> = [:]
        for output in assignment.outputs(of: exchange) where output.holder != id {
          blocks[output.holder, default: []].append(output)
        }
        for (holder, outputs) in blocks {
          fetches.append(
            Fetch(
              reader: id, purpose: .input(.exchange(exchange, holder: holder), of: attempt),
              address: outputs[0].address,
              blocks: outputs.map { $0.key(job: attempt.task.job, exchange: exchange) },
              deadline: deadline))
        }
      case .cached(let name, _):
        guard let location = assignment.launch.cached[name], location.holder != id else { continue }
        let key = CachedPartitionKey(
          table: location.table, partition: attempt.task.partition, epoch: location.epoch)
        fetches.append(
          Fetch(
            reader: id, purpose: .input(.cached(name), of: attempt), address: location.address,
            partitions: [key], deadline: deadline))
      }
    }
    return fetches
  }

  // MARK: Fetching

  mutating func begin(_ fetch: Fetch) {
    fetchCount += 1
    fetches[fetchCount] = fetch
    agenda.add(.fetchReachesHolder(fetchCount), after: delay())
  }

  mutating func fetchReachesHolder(_ number: Int) {
    guard let fetch = fetches[number], let reader = executors[fetch.reader] else {
      fetches[number] = nil
      return
    }
    guard let holder = executors.values.first(where: { $0.id.name == fetch.address }) else {
      // A host that is up says that nobody listens there; of one that is not nothing is heard.
      let isRefused = network.hosts[hostOfProcess(fetch.address)].isUp
      answer(
        number, .unreachable("nobody listens"),
        at: isRefused ? agenda.now + delay() : fetch.deadline)
      return
    }
    let passage = max(
      network.passage(between: reader.host, and: holder.host, at: agenda.now),
      network.hosts[holder.host].pausedUntil)
    if passage >= fetch.deadline {
      answer(number, .unreachable("no answer"), at: fetch.deadline)
    } else if passage > agenda.now {
      agenda.add(.fetchReachesHolder(number), at: passage)
    } else if random.chance(conditions.fetchBreakRate) {
      answer(number, .unreachable("the connection was closed"), at: agenda.now + delay())
    } else {
      let found = FetchAnswer.found(
        holder.store.blocks.filter { fetch.blocks.contains($0.key) },
        holder.store.cached.filter { fetch.partitions.contains($0.key) })
      answer(number, found, at: agenda.now + delay() * network.hosts[holder.host].slowness)
    }
  }

  private mutating func answer(_ number: Int, _ answer: FetchAnswer, at time: Instant) {
    agenda.add(.fetchEnds(number, answer), at: time)
  }

  mutating func fetchEnds(_ number: Int, _ answer: FetchAnswer) {
    guard let fetch = fetches.removeValue(forKey: number), executors[fetch.reader] != nil else {
      return
    }
    switch fetch.purpose {
    case .migration(let request): takeOver(request, answer, by: fetch.reader)
    case .input(let source, let attempt):
      executors[fetch.reader]!.running[attempt]!.answers[source] = answer
      executors[fetch.reader]!.running[attempt]!.awaited -= 1
      if executors[fetch.reader]!.running[attempt]!.awaited == 0 {
        compute(attempt, on: fetch.reader)
      }
    }
  }

  // MARK: Computing

  private mutating func compute(_ attempt: AttemptID, on id: ExecutorID) {
    let time = conditions.runningTime(using: &random)
    agenda.add(
      .attemptComputed(id, attempt), after: time * network.hosts[executors[id]!.host].slowness)
  }

  mutating func attemptComputed(_ attempt: AttemptID, on id: ExecutorID) {
    guard let executor = executors[id], let running = executor.running[attempt] else { return }
    // An attempt looks between two batches whether it is still wanted; after the last it goes on.
    if executor.cancelled.contains(attempt), random.chance(0.7) {
      end(attempt, .failed(.cancelled), on: id)
      return
    }
    do throws(TaskFailure) {
      let rows = try rows(of: running, on: executor)
      if let trouble = submission(of: running.assignment.stage.stage).trouble(at: attempt.task) {
        switch trouble {
        case .wrongData: throw .wrongData("wrong by design")
        case .poison:
          endExecutor(id, "\(attempt.task) killed it")
          agenda.add(.executorStarts(host: executor.host), after: .milliseconds(500))
          return
        }
      }
      if random.chance(conditions.failureRate), mayFail(running.assignment) {
        throw .unexpected("by chance")
      }
      let ancestry = ancestry(of: running.assignment)
      end(attempt, .finished(try write(rows, ancestry, running.assignment, on: id)), on: id)
    } catch {
      end(attempt, .failed(error), on: id)
    }
  }

  /// A task may fail by chance less often than its job takes, over all its attempts.
  private mutating func mayFail(_ assignment: TaskAssignment) -> Bool {
    let task = assignment.launch.attempt.task
    chanceFailures[task, default: 0] += 1
    return chanceFailures[task]! < SchedulerOptions().attemptLimit
  }

  private func rows(
    of running: SimulatedExecutor.Running, on executor: SimulatedExecutor
  ) throws(TaskFailure) -> Lineage {
    let assignment = running.assignment
    let task = assignment.launch.attempt.task
    var rows = Lineage.nothing
    for input in assignment.stage.stage.inputs {
      switch input {
      case .scan:
        rows = rows.followed(by: .scan(of: assignment.stage.stage, partition: task.partition))
      case .exchange(let exchange):
        var sum = Lineage.nothing
        let target = assignment.partition(of: exchange)
        for output in assignment.outputs(of: exchange) {
          let block = try block(output, exchange, of: running, on: executor)
          sum = sum.followed(
            by: block.part(exchange: exchange, producer: output.producer, target: target))
        }
        rows = rows.followed(by: sum)
      case .cached(let name, _):
        rows = rows.followed(by: try cached(name, of: running, on: executor))
      }
    }
    return isIndeterminate(assignment.stage.stage)
      ? rows.followed(by: assignment.launch.attempt.epoch) : rows
  }

  private func block(
    _ output: MapOutput, _ exchange: Int, of running: SimulatedExecutor.Running,
    on executor: SimulatedExecutor
  ) throws(TaskFailure) -> Lineage {
    let key = output.key(job: running.assignment.launch.attempt.task.job, exchange: exchange)
    var isUnreachable = false
    if output.holder == executor.id {
      if let rows = executor.store.blocks[key] { return rows }
    } else {
      switch running.answers[.exchange(exchange, holder: output.holder)] {
      case .found(let blocks, _): if let rows = blocks[key] { return rows }
      case .unreachable: isUnreachable = true
      case nil: break
      }
    }
    throw .blocksLost(
      LostBlocks(
        exchange: exchange, producer: output.producer, partition: output.partition,
        epoch: output.epoch, holder: output.holder, isUnreachable: isUnreachable,
        reason: isUnreachable ? "no answer" : "missing"))
  }

  private func cached(
    _ name: String, of running: SimulatedExecutor.Running, on executor: SimulatedExecutor
  ) throws(TaskFailure) -> Lineage {
    let launch = running.assignment.launch
    let partition = launch.attempt.task.partition
    if let location = launch.cached[name] {
      let key = CachedPartitionKey(
        table: location.table, partition: partition, epoch: location.epoch)
      if location.holder == executor.id {
        if let rows = executor.store.cached[key] { return rows }
      } else if case .found(_, let found)? = running.answers[.cached(name)], let rows = found[key] {
        return rows
      }
    }
    throw .cachedPartitionLost(
      name: name, partition: partition, holder: launch.cached[name]?.holder)
  }

  // MARK: Writing

  private mutating func write(
    _ rows: Lineage, _ ancestry: Ancestry, _ assignment: TaskAssignment, on id: ExecutorID
  ) throws(TaskFailure) -> TaskOutcome {
    let attempt = assignment.launch.attempt
    let stage = assignment.stage
    ledger.note(ancestry, of: attempt)
    var outcome = TaskOutcome()
    outcome.inputRows = 1
    outcome.runningTime = conditions.reportedTime
    for sink in stage.stage.sinks {
      if executors[id]!.diskFullUntil > agenda.now, mayFail(assignment) {
        throw .executorTrouble("the disk is full")
      }
      switch sink.target {
      case .exchange(let exchange, let producer):
        let key = BlockKey(
          job: attempt.task.job, exchange: exchange, producer: producer,
          partition: attempt.task.partition, epoch: attempt.epoch)
        executors[id]!.store.put(key, rows)
        ledger.written(key, by: id)
        let count = stage.exchanges[exchange]!.partitionCount
        let targets = rows.targets(exchange: exchange, producer: producer, of: count)
        outcome.blocks.append(
          TaskOutcome.Block(
            exchange: exchange, producer: producer,
            targets: BlockTargets(targets, of: count)))
      case .result(let index, let first):
        let partition = first + attempt.task.partition
        let part = rows.part(result: index)
        switch stage.results[index]!.table.action {
        case .write:
          let staging = stage.results[index]!.staging!
          let path = staging.filePath(partition: partition, epoch: attempt.epoch)
          guard disk.write(part, to: path, staging: staging.path) else {
            throw .unexpected("\(staging.path) is gone")
          }
          ledger.note(ancestry, of: path)
          outcome.files.append(
            TaskOutcome.File(result: index, partition: partition, path: path, rows: 1, bytes: 1))
        case .show:
          outcome.shown.append(
            TaskOutcome.ShownRows(
              result: index, partition: partition, bytes: part.bytes + attempt.epoch.bytes))
        case .cache(let name):
          let table = CachedTableID(name: name, job: stage.owner)
          let key = CachedPartitionKey(table: table, partition: partition, epoch: attempt.epoch)
          executors[id]!.store.put(key, part)
          ledger.note(ancestry, of: key)
          outcome.cached.append(
            TaskOutcome.CachedPartition(result: index, partition: partition, rows: 1, bytes: 1))
        }
      }
    }
    return outcome
  }

  /// The slot is free at once; the executor's loop hears of it a little later.
  private mutating func end(_ attempt: AttemptID, _ result: TaskResult, on id: ExecutorID) {
    executors[id]!.running[attempt] = nil
    agenda.add(
      .attemptEnded(id, attempt, result),
      after: .microseconds(Int.random(in: 10...300, using: &random)))
    fillSlots(of: id)
  }

  mutating func attemptEnded(_ attempt: AttemptID, _ result: TaskResult, on id: ExecutorID) {
    guard executors[id] != nil else { return }
    executors[id]!.cancelled.remove(attempt)
    apply(.attemptEnded(attempt, result), on: id)
  }
}

extension TaskAssignment {
  /// The partition of an exchange that it reads.
  fileprivate func partition(of exchange: Int) -> Int {
    stage.exchanges[exchange]!.partition(readBy: launch.attempt.task.partition)
  }

  /// The map outputs that have rows for that partition, in the order in which they are read.
  fileprivate func outputs(of exchange: Int) -> [MapOutput] {
    (mapOutputs[exchange] ?? []).filter { $0.targets.contains(partition(of: exchange)) }
  }
}

extension MapOutput {
  func key(job: JobID, exchange: Int) -> BlockKey {
    BlockKey(job: job, exchange: exchange, producer: producer, partition: partition, epoch: epoch)
  }
}
