import OrderedCollections
import Plan

// Tables that stay in the executors between jobs.

extension Scheduler {
  func isCacheComplete(_ table: CachedTableID?) -> Bool {
    table.flatMap { cachedTables[$0]?.isComplete } ?? false
  }

  /// A job that made cached tables has succeeded: their names stand for its tables from now on.
  mutating func keepCachedTables(of job: JobState) {
    for (index, result) in job.plan.results.enumerated() {
      guard case .cache(let name) = result.action else { continue }
      let parts = job.results[index].parts.map { part -> CachedLocation? in
        if case .cached(let location) = part { location } else { nil }
      }
      switch job.purpose {
      case .restoration(let id):
        guard parts.count == cachedTables[id]?.parts.count else { continue }
        tableHolders[id, default: []].formUnion(job.told)
        guard !cachedTables[id]!.isIndeterminate else {
          keepWhole(parts, of: id)
          continue
        }
        // Partitions that it did not have to compute may have been lost since it began.
        for (partition, part) in parts.enumerated() {
          guard let part, executors[part.holder] != nil else { continue }
          cachedTables[id]!.parts[partition] = part
        }
        actions.append(.keepCachedTable(cachedTables[id]!))
      case .submitted:
        let id = CachedTableID(name: name, job: job.id)
        // A restored job may have kept it before.
        if let old = cachedNames[name], old != id { dropCachedTable(named: name) }
        if cachedTables[id]?.isIndeterminate == true { tellOfLoss(of: id) }
        cachedNames[name] = id
        tableHolders[id, default: []].formUnion(job.told)
        add(
          CachedTable(
            id: id, plan: job.plan, result: index, cachedInputs: job.cachedInputs, parts: parts))
        actions.append(.keepCachedTable(cachedTables[id]!))
      }
    }
  }

  /// Takes a table in.
  mutating func add(_ table: CachedTable) {
    cachedTables[table.id] = table
    cachedTables[table.id]!.isIndeterminate = isIndeterminate(table)
    if !table.isComplete { cachedTables[table.id]!.loseIfIndeterminate() }
  }

  private func isIndeterminate(_ table: CachedTable) -> Bool {
    table.restorationPlan.stages.contains { stage in
      guard !stage.sinks.isEmpty else { return false }
      return stage.isIndeterminate
        || stage.inputs.contains { input in
          guard case .cached(let name, _) = input, let source = table.cachedInputs[name] else {
            return false
          }
          return cachedTables[source]?.isIndeterminate == true
        }
    }
  }

  /// Takes what a restoration of an indeterminate table has made, unless something is missing of it.
  private mutating func keepWhole(_ parts: [CachedLocation?], of id: CachedTableID) {
    // Its job may have gone on after a restart and made it meanwhile.
    guard !cachedTables[id]!.hasParts else { return }
    guard parts.allSatisfy({ $0.map { hasExecutor($0.holder) } ?? false }) else {
      release(id, heldBy: tableHolders[id] ?? [])
      return
    }
    cachedTables[id]!.parts = parts
    actions.append(.keepCachedTable(cachedTables[id]!))
  }

  mutating func dropCachedTable(named name: String) {
    guard let id = cachedNames.removeValue(forKey: name) else { return }
    if cachedTables[id] != nil {
      cachedTables[id]!.isDropped = true
      actions.append(.keepCachedTable(cachedTables[id]!))
    }
    releaseUnreadTables()
  }

  /// Frees dropped tables that no live job reads. The plan of one that others were made from stays with them: it
  /// may be needed to make those again.
  mutating func releaseUnreadTables() {
    let unread = cachedTables.values.filter { table in
      table.isDropped && table.restoration == nil && tableReaders[table.id] == nil
    }
    // The latest first: with it may go the last that an earlier one was needed for.
    for table in unread.reversed() {
      let isSource = cachedTables.values.contains { $0.cachedInputs.values.contains(table.id) }
      // An executor that was taken for lost and came back may hold partitions that nobody counts on.
      if table.hasParts || !isSource { release(table.id, heldBy: tableHolders[table.id] ?? []) }
      if isSource {
        guard table.hasParts else { continue }
        for partition in table.parts.indices { cachedTables[table.id]!.lose(partition: partition) }
        actions.append(.keepCachedTable(cachedTables[table.id]!))
      } else {
        cachedTables[table.id] = nil
        tableHolders[table.id] = nil
        actions.append(.forgetCachedTable(table.id))
      }
    }
  }

  /// The partitions that a job has cached so far, which nobody will read.
  mutating func releaseResults(of job: JobState) {
    for result in job.plan.results {
      guard case .cache(let name) = result.action else { continue }
      release(CachedTableID(name: name, job: job.id), heldBy: job.told)
    }
  }

  mutating func release(_ table: CachedTableID, heldBy holders: Set<ExecutorID>) {
    for executor in holders.sorted() where hasExecutor(executor) {
      actions.append(.releaseCachedTable(table, executor))
    }
  }

  /// The tables that are not complete any more.
  mutating func loseCachedPartitions(heldBy executor: ExecutorID) -> [CachedTableID] {
    var changed: [CachedTableID] = []
    for id in cachedTables.keys where tableHolders[id]?.remove(executor) != nil {
      for partition in cachedTables[id]!.parts.indices
      where cachedTables[id]!.parts[partition]?.holder == executor {
        lose(partition: partition, of: id)
      }
      changed.append(id)
    }
    return changed
  }

  /// Live jobs that read a table, in order.
  func readers(of table: CachedTableID?) -> [JobID] {
    table.flatMap { tableReaders[$0] }?.sorted() ?? []
  }

  /// Starts to compute what is missing of the cached tables that a stage reads.
  mutating func restoreInputs(of stage: Stage, in job: JobState, at now: Instant) {
    for case .cached(let name, _) in stage.inputs {
      guard let id = job.cachedInputs[name], let table = cachedTables[id], !table.isComplete,
        table.restoration == nil
      else { continue }
      restorationCount += 1
      // Restorations have numbers of their own: those of jobs belong to whoever submits them.
      let restoration = JobID(1 << 62 | restorationCount)
      cachedTables[id]!.restoration = restoration
      var state = JobState(
        id: restoration, name: "restore \(name)", purpose: .restoration(id),
        plan: table.restorationPlan, cachedInputs: table.cachedInputs, startedAt: now)
      state.keep(table)
      start(state, at: now)
    }
  }

  mutating func restorationEnded(_ id: CachedTableID, _ end: JobEnd, at now: Instant) {
    cachedTables[id]?.restoration = nil
    for reader in readers(of: id) {
      switch end {
      case .succeeded: advance(reader, at: now)
      case .failed(let failure): self.end(reader, .failed(failure), at: now)
      case .cancelled: break
      }
    }
  }
}

extension CachedTable {
  mutating func lose(partition: Int) {
    guard parts.indices.contains(partition) else { return }
    parts[partition] = nil
    loseIfIndeterminate()
  }

  fileprivate mutating func loseIfIndeterminate() {
    if isIndeterminate { parts = Array(repeating: nil, count: parts.count) }
  }
}

extension JobState {
  /// Marks what a cached table still has as done, so that only the lost partitions are computed.
  mutating func keep(_ table: CachedTable) {
    for stage in plan.stages {
      for sink in stage.sinks {
        guard case .result(table.result, let first) = sink.target, stage.sinks.count == 1 else {
          continue
        }
        for partition in 0..<stage.partitionCount {
          guard let part = table.parts[first + partition] else { continue }
          results[table.result].take(.cached(part), partition: first + partition)
          stages[stage.id].tasks[partition].phase = .finished
          stages[stage.id].finishedCount += 1
        }
      }
    }
  }
}
