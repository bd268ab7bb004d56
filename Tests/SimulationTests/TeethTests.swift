import Testing

/// The invariants have teeth: each way to break the scheduler or the protocol on purpose is noticed, by one of the
/// invariants that are there for it, within a few hundred seeds.
@Suite struct TeethTests {
  private static let seeds = UInt64(1)...1_000

  @Test(arguments: [
    Tooth(.oldReportsCount, caughtBy: [.mapOutputsAreThere, .countsOnce]),
    Tooth(.lostBlocksStayLost, caughtBy: [.jobsEnd]),
    Tooth(.commitsTwice, caughtBy: [.committedOnce]),
    Tooth(.neverReleases, caughtBy: [.executorForgets]),
    Tooth(.silenceIsFine, caughtBy: [.jobsEnd, .deathIsNoticed, .everyoneReturns]),
    Tooth(.readersMissAnOutput, caughtBy: [.outputIsRight]),
    Tooth(.oldMapOutputsAreBelieved, caughtBy: [.jobsEnd, .endsForReason, .outputIsRight]),
    Tooth(.deathsAreIgnored, caughtBy: [.deathIsNoticed, .jobsEnd]),
  ])
  func aBrokenClusterIsNoticed(tooth: Tooth) {
    for seed in Self.seeds {
      var world = World(seed: seed, breakage: Breakage(tooth.breakage))
      world.run()
      guard let violation = world.violations.first else { continue }
      #expect(tooth.invariants.contains(violation.invariant), "seed \(seed): \(violation)")
      print("\(tooth.breakage): noticed by seed \(seed): \(violation.invariant)")
      return
    }
    Issue.record("\(Self.seeds.count) seeds notice nothing of \(tooth.breakage)")
  }

  @Test func everyWayToBreakItIsTried() {
    #expect(Breakage.Kind.allCases.count == 8)
  }
}

/// A way to break a cluster, and the invariants of which one has to notice.
struct Tooth: Sendable, CustomTestStringConvertible {
  let breakage: Breakage.Kind
  let invariants: [Violation.Invariant]

  init(_ breakage: Breakage.Kind, caughtBy invariants: [Violation.Invariant]) {
    self.breakage = breakage
    self.invariants = invariants
  }

  var testDescription: String { "\(breakage)" }
}
