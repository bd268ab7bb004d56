import Plan

/// Finished tasks whose blocks an executor holds, by job: what ends with a job costs no look at the others.
struct HeldOutputs: Sendable {
  /// Listed in order only.
  private var tasks: [JobID: Set<TaskID>] = [:]

  var count: Int { tasks.values.reduce(0) { $0 + $1.count } }
  var jobs: [JobID] { tasks.keys.sorted() }

  /// In the order of their stages and partitions.
  func tasks(of job: JobID) -> [TaskID] {
    (tasks[job] ?? []).sorted { ($0.stage, $0.partition) < ($1.stage, $1.partition) }
  }

  mutating func insert(_ task: TaskID) { tasks[task.job, default: []].insert(task) }

  mutating func remove(_ task: TaskID) {
    tasks[task.job]?.remove(task)
    if tasks[task.job]?.isEmpty == true { tasks[task.job] = nil }
  }

  mutating func removeAll(of job: JobID) { tasks[job] = nil }
}
