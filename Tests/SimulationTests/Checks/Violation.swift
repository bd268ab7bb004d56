/// What a cluster has done that it never may.
struct Violation: CustomStringConvertible {
  /// The promises, each in the words in which it is made.
  enum Invariant: String {
    case countsOnce = "a task counts once: what has finished and what runs is what was launched"
    case outputIsRight = "the output of a finished job is exactly the right rows of each partition"
    case oneGeneration =
      "what a job gives out comes from one attempt of each task that gives other rows each time"
    case outputStays = "a finished job never loses its output"
    case committedOnce = "a job is committed once"
    case commitGoesOn = "a commit that was decided on can go on"
    case endsOnce = "a job ends once"
    case endsForReason = "a job fails only for a reason that is true"
    case mapOutputsAreThere =
      "readers are told of each map output once, where it was really written"
    case launchIsKnown = "a launch comes after the plan that it needs"
    case jobsEnd = "a job that can finish does, once faults have stopped"
    case deathIsNoticed = "nothing waits without a deadline for one that is dead"
    case schedulerForgets = "the scheduler's memory is bounded by live work"
    case executorForgets = "an executor holds nothing of jobs that have ended"
    case everyoneReturns = "when faults have stopped, every executor takes part again"
    case leaversGetNothing = "an executor that has said that it is to leave gets no task"
    case smallJobsRun = "a small job is not starved by a large one"
  }

  let invariant: Invariant
  let detail: String

  var description: String { "\(invariant.rawValue): \(detail)" }
}

extension World {
  mutating func violate(_ invariant: Violation.Invariant, _ detail: String) {
    let violation = Violation(invariant: invariant, detail: detail)
    note("VIOLATED: \(violation)")
    violations.append(violation)
  }
}
