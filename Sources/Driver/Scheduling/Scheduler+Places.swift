import Plan

// Executors and jobs that are known to be there, each in its place. The subscript of a dictionary copies a state to
// read a part of it, and moves it out and back to change one, which took most of the time of a decision.

extension Scheduler {
  subscript(executor id: ExecutorID) -> ExecutorState {
    _read { yield executors.values[executors.index(forKey: id)!] }
    _modify {
      let position = executors.index(forKey: id)!
      yield &executors.values[position]
    }
  }

  subscript(job id: JobID) -> JobState {
    _read { yield jobs.values[jobs.index(forKey: id)!] }
    _modify {
      let position = jobs.index(forKey: id)!
      yield &jobs.values[position]
    }
  }

  func hasExecutor(_ id: ExecutorID) -> Bool { executors.index(forKey: id) != nil }
  func hasJob(_ id: JobID) -> Bool { jobs.index(forKey: id) != nil }
}
