import Driver
import Plan
import Testing

/// A small job beside a large one.
@Suite struct FairnessTests {
  /// The large one has tasks for all slots for minutes. The small one, whose stages have as many tasks as there are
  /// executors at most, gets the slots that become free next: each stage waits for at most a few tasks of the other.
  @Test func aSmallJobIsNotStarvedByALargeOne() {
    for seed in UInt64(1)...100 {
      var random = SeededRandom(seed: seed)
      var conditions = Conditions.calm(using: &random)
      conditions.hasShortTasks = random.chance(0.5)
      conditions.faultsEnd = .seconds(10)
      var world = World(
        seed: seed, conditions: conditions,
        submissions: [.large(number: 1, tasks: 1_000), .small(number: 2)], random: random,
        breakage: nil, history: nil)
      var submittedAt: Instant?
      while !world.submissions[1].hasEnded, world.violations.isEmpty, !world.hasRunTooLong {
        world.step()
        if submittedAt == nil, world.submissions[1].driverRun != nil {
          submittedAt = world.agenda.now
        }
      }
      record(world.violations, of: seed)
      let took = world.agenda.now - (submittedAt ?? .zero)
      // Two stages, each behind a task of at most 600 ms and its own, planning, journal and messages.
      #expect(took < .seconds(4), "seed \(seed): \(took)")
    }
  }
}

extension Submission {
  fileprivate static func large(number: Int, tasks: Int) -> Submission {
    Submission(number: number, plan: SimulatedPlans.scanning(number, tasks: tasks))
  }

  fileprivate static func small(number: Int) -> Submission {
    Submission(number: number, plan: SimulatedPlans.scanning(number, tasks: 1))
  }
}
