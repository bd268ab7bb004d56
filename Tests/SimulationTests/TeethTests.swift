import Testing

/// The invariants have teeth: each way to break the scheduler or the protocol on purpose is noticed, by one of the
/// invariants that are there for it, within a few thousand seeds.
@Suite struct TeethTests {
  private static let seeds = UInt64(1)...6_000

  @Test(arguments: Breakage.Kind.allCases)
  func aBrokenClusterIsNoticed(kind: Breakage.Kind) {
    for seed in Self.seeds {
      var world = World(seed: seed, breakage: Breakage(kind))
      world.run()
      guard let violation = world.violations.first else { continue }
      #expect(kind.invariants.contains(violation.invariant), "seed \(seed): \(violation)")
      return
    }
    Issue.record("\(Self.seeds.count) seeds notice nothing of \(kind)")
  }
}

extension Breakage.Kind {
  /// Those of which one has to notice.
  fileprivate var invariants: [Violation.Invariant] {
    switch self {
    case .oldReportsCount: [.mapOutputsAreThere, .countsOnce]
    case .lostBlocksStayLost: [.jobsEnd]
    case .commitsTwice: [.committedOnce]
    case .neverReleases: [.executorForgets]
    case .silenceIsFine: [.jobsEnd, .deathIsNoticed, .everyoneReturns]
    case .readersMissAnOutput: [.outputIsRight]
    case .oldMapOutputsAreBelieved: [.jobsEnd, .endsForReason, .outputIsRight]
    case .neverRollsBack, .rollbacksAreNotWritten: [.oneGeneration]
    case .deathsAreIgnored: [.deathIsNoticed, .jobsEnd, .launchIsKnown]
    }
  }
}
