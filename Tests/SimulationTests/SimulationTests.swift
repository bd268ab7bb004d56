import Foundation
import Testing

private let environment = ProcessInfo.processInfo.environment

/// Whatever dies, hangs, returns, parts or lies: what may never happen does not. docs/simulation.md says what is
/// simulated; `make simulate` runs more seeds than these, and `make simulate SEED=n` shows the history of one.
@Suite struct SimulationTests {
  private static let seeds = environment["ROOST_SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 2_000
  private static let replayed = environment["ROOST_SIMULATION_SEED"].flatMap { UInt64($0) }
  /// Parts of the seeds that run at the same time.
  private static let parts = UInt64(8)

  @Test(.enabled(if: replayed == nil), arguments: 0..<parts)
  func nothingIsLostWhateverFails(part: UInt64) {
    for seed in stride(from: part + 1, through: Self.seeds, by: Int(Self.parts)) {
      var world = World(seed: seed)
      world.run()
      record(world.violations, of: seed)
    }
  }

  @Test(.enabled(if: replayed != nil)) func replay() throws {
    let seed = try #require(Self.replayed)
    let history = History()
    var world = World(seed: seed, history: history)
    world.run()
    print(history.lines.joined(separator: "\n"))
    record(world.violations, of: seed)
  }

  @Test func theSameSeedHasTheSameHistory() {
    for seed in UInt64(1)...20 {
      let histories = (0..<2).map { _ in
        let history = History()
        var world = World(seed: seed, history: history)
        world.run()
        return history.lines
      }
      #expect(histories[0] == histories[1])
    }
  }
}

func record(_ violations: [Violation], of seed: UInt64) {
  for violation in violations {
    Issue.record("\(violation)\nIts history: make simulate SEED=\(seed)")
  }
}
