import Driver
import Executor
import Plan

// What must be so when all jobs have ended, faults have stopped and some time has passed.

extension World {
  mutating func checkJobsEnded() {
    guard violations.isEmpty else { return }
    for submission in submissions where !submission.hasEnded {
      let job = driver?.job(of: submission.number - 1)
      let progress = job.flatMap { driver?.scheduler.progress(of: $0) }
      violate(
        .jobsEnd,
        "\(submission.text) has not ended \(agenda.now - conditions.faultsEnd) after the last fault: "
          + "\(progress.map { "\($0.stages)" } ?? "nothing of it runs")")
    }
  }

  mutating func checkAtRest() {
    for index in submissions.indices { checkOutputs(of: index, .outputStays) }
    guard let driver else {
      violate(.everyoneReturns, "there is no driver")
      return
    }
    checkScheduler(driver.scheduler)
    let tables = Set(
      driver.scheduler.cachedTableSummaries().map { CachedTableID(name: $0.name, job: $0.job) })
    for executor in executors.values {
      if executor.connection == nil || driver.connections[executor.id] != executor.connection {
        violate(.everyoneReturns, "\(executor.id) is not registered")
      }
      checkEmpty(executor, but: tables)
    }
    if executors.count != conditions.hostCount || !fetches.isEmpty {
      violate(
        .everyoneReturns,
        "\(executors.count) executors on \(conditions.hostCount) hosts, \(fetches.count) fetches")
    }
    checkStagings(of: driver)
  }

  private mutating func checkScheduler(_ scheduler: Scheduler) {
    let sizes = scheduler.sizes
    if sizes.jobs > 0 || sizes.queuedJobs > 0 || sizes.attempts > 0 || sizes.jobsOfExecutors > 0
      || sizes.outputsOfExecutors > 0
    {
      violate(.schedulerForgets, "no job is left, and it remembers \(sizes)")
    }
    if sizes.executors != conditions.hostCount {
      violate(
        .everyoneReturns, "\(sizes.executors) of \(conditions.hostCount) executors are registered")
    }
  }

  private mutating func checkEmpty(_ executor: SimulatedExecutor, but tables: Set<CachedTableID>) {
    let sizes = executor.state.sizes
    if sizes.jobs > 0 || sizes.attempts > 0 || !executor.running.isEmpty
      || !executor.waiting.isEmpty
      || !executor.cancelled.isEmpty
    {
      violate(
        .executorForgets,
        "\(executor.id) has \(sizes), \(executor.running.count) attempts run, \(executor.waiting.count) wait"
      )
    }
    if let block = executor.store.blocks.keys.min(by: { $0.epoch < $1.epoch }) {
      violate(
        .executorForgets,
        "\(executor.id) holds \(executor.store.blocks.count) blocks, one of job \(block.job), "
          + "exchange \(block.exchange), partition \(block.partition), epoch \(block.epoch & 0xfffff)"
      )
    }
    for (key, rows) in executor.store.cached.sorted(by: { $0.key.partition < $1.key.partition }) {
      if !tables.contains(key.table) {
        violate(
          .executorForgets,
          "\(executor.id) holds partition \(key.partition) of table \(key.table.name) of job "
            + "\(key.table.job), which nobody can read")
      } else if ledger.expected(key.table, from: ledger.ancestry(of: key))?[key.partition] != rows {
        violate(.outputIsRight, "\(executor.id) holds wrong rows of the table \(key.table.name)")
      }
    }
  }

  /// What is left of an output that did not become final is only what a decided commit needs to go on.
  private mutating func checkStagings(of driver: SimulatedDriver) {
    for job in driver.jobs.values {
      for staging in job.stagings.values {
        if let left = disk.stagings[staging.path], left.journal == nil {
          violate(.outputStays, "\(staging.path) was left behind")
        }
      }
    }
  }
}
