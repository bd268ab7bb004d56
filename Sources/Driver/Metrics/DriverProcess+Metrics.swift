import Foundation
import Plan
import Wire

// What a driver and its cluster are measured by. docs/operations.md lists the names.

extension DriverProcess {
  var metricFamilies: [Roost_MetricFamily] {
    jobFamilies + taskFamilies + executorFamilies + executorUsage + driverFamilies
  }

  private var jobFamilies: [Roost_MetricFamily] {
    let live = jobs.values.filter { !$0.hasEnded }
    return [
      .labelled(
        "roost_jobs", "Jobs that have not ended, by state.", .gauge, by: "state",
        [
          ("planning", Double(live.count { $0.state == .planning })),
          ("running", Double(live.count { $0.state == .running })),
        ]),
      .labelled(
        "roost_jobs_ended_total", "Jobs that have ended, by how they ended.", .counter,
        by: "state",
        [JobRecord.State.succeeded, .failed, .cancelled].map {
          ("\($0)", Double(metrics.endedJobs[$0] ?? 0))
        }),
      .histogram(
        "roost_job_duration_seconds", "From the submission of a job to its end.",
        metrics.jobTimes),
      .histogram(
        "roost_job_planning_seconds", "How long the planning of a job took.",
        metrics.planningTimes),
      .histogram(
        "roost_job_commit_seconds", "How long it took to make the outputs of a job final.",
        metrics.commitTimes),
      .counter(
        "roost_committed_bytes_total", "Bytes of outputs that were made final.",
        metrics.committedBytes),
      .gauge("roost_jobs_remembered", "Jobs in the history.", jobs.count),
      .gauge(
        "roost_history_bytes", "Bytes of the histories of jobs.",
        jobs.values.reduce(0) { $0 + $1.historyByteCount }),
    ]
  }

  private var taskFamilies: [Roost_MetricFamily] {
    let causes: [JobIncident.Kind] = [
      .blocksLost, .cachedPartitionLost, .wrongData, .executorTrouble, .memoryShort, .unexpected,
    ]
    return [
      .counter("roost_tasks_finished_total", "Attempts that ended well.", metrics.finishedTasks),
      .labelled(
        "roost_task_failures_total", "Attempts that failed, by cause.", .counter, by: "cause",
        causes.map { ($0.metricLabel, Double(metrics.failedTasks[$0] ?? 0)) }),
      .counter(
        "roost_tasks_cancelled_total", "Attempts that ended since nobody waited for them.",
        metrics.cancelledTasks),
      .histogram(
        "roost_task_duration_seconds", "How long attempts that ended well ran in their slots.",
        metrics.taskTimes),
      .counter("roost_input_rows_total", "Rows that tasks have read.", metrics.inputRows),
      .counter(
        "roost_shuffle_bytes_total", "Bytes that tasks have written for other stages.",
        metrics.shuffleBytes),
    ]
  }

  private var executorFamilies: [Roost_MetricFamily] {
    let executors = scheduler.executorSummaries(at: now)
    let slots = executors.reduce(0) { $0 + $1.description.slots }
    let busy = executors.reduce(0) { $0 + min($1.running, $1.description.slots) }
    let tables = scheduler.cachedTableSummaries()
    return [
      .labelled(
        "roost_executors", "Executors, by state.", .gauge, by: "state",
        [
          ("active", Double(executors.count { !$0.isExcluded && !$0.isDraining })),
          ("excluded", Double(executors.count { $0.isExcluded })),
          ("draining", Double(executors.count { $0.isDraining })),
        ]),
      .labelled(
        "roost_slots", "Slots of the executors.", .gauge, by: "state",
        [("busy", Double(busy)), ("free", Double(slots - busy))]),
      .counter(
        "roost_executors_lost_total", "Executors that died or were given up.",
        metrics.lostExecutors),
      .gauge("roost_cached_tables", "Tables that are kept in memory.", tables.count),
      .gauge(
        "roost_cached_bytes", "Bytes of tables that are kept in memory.",
        tables.reduce(0) { sum, table in
          sum + table.partitions.reduce(0) { $0 + ($1?.bytes ?? 0) }
        }),
    ]
  }

  private var executorUsage: [Roost_MetricFamily] {
    let executors = scheduler.executorSummaries(at: now)
    func family(
      _ name: String, _ help: String, _ kind: Roost_MetricKind,
      _ value: (ExecutorSummary, Roost_ExecutorStatus) -> Double
    ) -> Roost_MetricFamily {
      .labelled(
        name, help, kind, by: "executor",
        executors.map {
          ($0.id.name, value($0, statuses[$0.id] ?? Roost_ExecutorStatus()))
        })
    }
    return [
      family(
        "roost_executor_heartbeat_age_seconds", "Since an executor was heard of.", .gauge
      ) { executor, _ in executor.silence.seconds },
      family("roost_executor_running_tasks", "Attempts that an executor has.", .gauge) {
        executor, _ in Double(executor.running)
      },
      family("roost_executor_memory_limit_bytes", "--memory of an executor.", .gauge) {
        executor, _ in Double(executor.description.memory)
      },
      family("roost_executor_memory_used_bytes", "What of it is in use.", .gauge) {
        Double($1.memoryUsed)
      },
      family("roost_executor_block_bytes", "Blocks and cached tables in memory.", .gauge) {
        Double($1.blockBytes)
      },
      family("roost_executor_disk_bytes", "Blocks on disk.", .gauge) { Double($1.diskBytes) },
      family(
        "roost_executor_spilled_bytes_total", "Bytes written to disk for want of memory.",
        .counter
      ) { Double($1.spilledBytes) },
      family(
        "roost_executor_sent_bytes_total", "Bytes of blocks sent to other executors.", .counter
      ) { Double($1.sentBytes) },
      family(
        "roost_executor_fetched_bytes_total", "Bytes of blocks fetched from other executors.",
        .counter
      ) { Double($1.fetchedBytes) },
      family("roost_executor_resident_bytes", "Memory of the process.", .gauge) {
        Double($1.residentBytes)
      },
      family("roost_executor_cpu_seconds_total", "Processor time of the process.", .counter) {
        Double($1.processorMicroseconds) / 1e6
      },
    ]
  }

  private var driverFamilies: [Roost_MetricFamily] {
    let usage = ProcessUsage.current
    return [
      .labelled(
        "roost_build_info", "The version of the driver.", .gauge, by: "version",
        [(roostVersion, 1)]),
      .histogram(
        "roost_journal_write_seconds",
        "How long entries of the journal that something waits for took to be on the disk.",
        metrics.journalTimes),
      .gauge("roost_journal_bytes", "Bytes of the journal.", journal?.byteCount ?? 0),
      .gauge(
        "process_resident_memory_bytes", "Memory of the driver.", usage.residentBytes),
      .labelled(
        "process_cpu_seconds_total", "Processor time of the driver.", .counter, by: "process",
        [("driver", Double(usage.processorMicroseconds) / 1e6)]),
      .gauge(
        "process_start_time_seconds", "When the driver started, in seconds since 1970.",
        Int(startTime.timeIntervalSince1970)),
    ]
  }
}

extension JobIncident.Kind {
  /// As a label of a metric.
  var metricLabel: String {
    switch self {
    case .blocksLost: "blocks_lost"
    case .cachedPartitionLost: "cached_partition_lost"
    case .wrongData: "wrong_data"
    case .executorTrouble: "executor_trouble"
    case .memoryShort: "memory_short"
    case .unexpected: "unexpected"
    case .executorLost: "executor_lost"
    case .slowTask: "slow_task"
    case .rolledBack: "rolled_back"
    case .driverRestarted: "driver_restarted"
    }
  }
}
