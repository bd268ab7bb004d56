import Executor
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct DisposalTests {
  /// Goes only when the gate is open, as a file on a slow disk.
  private final class Slow: Sendable {
    private let gate: Gate
    init(_ gate: Gate) { self.gate = gate }
    deinit { gate.pass() }
  }

  /// `@unchecked Sendable`: the state is under the condition, which is safe to share.
  private final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private var count = 0

    var passed: Int { condition.withLock { count } }

    func open() {
      condition.withLock {
        isOpen = true
        condition.broadcast()
      }
    }

    func pass() {
      condition.withLock {
        while !isOpen { condition.wait() }
        count += 1
      }
    }
  }

  @Test func whoHandsOverDoesNotWaitAndWhoFinishesDoes() {
    let gate = Gate()
    let disposal = Disposal<Slow>()
    for _ in 0..<3 { disposal.dispose(of: (0..<10).map { _ in Slow(gate) }) }
    #expect(gate.passed == 0)
    gate.open()
    disposal.finish()
    #expect(gate.passed == 30)
    // It begins anew after it had nothing to do.
    disposal.dispose(of: [Slow(gate)])
    disposal.finish()
    #expect(gate.passed == 31)
  }
}
