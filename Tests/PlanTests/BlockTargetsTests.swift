import Plan
import Testing

@Suite struct BlockTargetsTests {
  @Test(arguments: [1, 7, 8, 9, 64, 100]) func itHoldsTheTargetsThatItWasMadeOf(count: Int) {
    let every = Array(stride(from: 0, to: count, by: 3))
    let targets = BlockTargets(every, of: count)
    #expect((0..<count).filter { targets.contains($0) } == every)
  }

  @Test func allTargetsTakeNoBits() {
    #expect(BlockTargets(0..<100, of: 100) == .all)
    #expect(BlockTargets.all.contains(99))
    #expect(!BlockTargets([], of: 100).contains(99))
  }

  /// Bits that were cut short must not make rows disappear.
  @Test func whatLiesBeyondTheBitsMayHaveRows() {
    #expect(BlockTargets(bits: [0]).contains(8))
    #expect(!BlockTargets(bits: [0]).contains(7))
  }
}
