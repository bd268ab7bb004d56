import Executor
import Plan
import Synchronization
import Testing

@Suite struct AttemptLogTests {
  private func kept(of texts: [String]) -> [String] {
    var kept: [String] = []
    let log = AttemptLog { kept.append($0) }
    for text in texts { log.write(text) }
    log.end()
    return kept
  }

  @Test func whatFitsIsKeptAsItCame() {
    #expect(kept(of: ["one\ntw", "", "o"]) == ["one\ntw", "o"])
    let whole = String(repeating: "x", count: AttemptLog.byteLimit)
    #expect(kept(of: [whole]) == [whole])
    #expect(kept(of: []).isEmpty)
  }

  @Test func aLineAtTheEndSaysHowMuchIsLeftOut() {
    let line = String(repeating: "x", count: AttemptLog.byteLimit - 1) + "\n"
    #expect(
      kept(of: [line, "more\n", "and more"]) == [
        line, "[13 bytes that the task printed are left out]\n",
      ])
  }

  @Test func aCharacterIsNotCutInTwo() {
    let start = String(repeating: "x", count: AttemptLog.byteLimit - 2)
    #expect(
      kept(of: [start + "€uro", "a"]) == [
        start, "\n[7 bytes that the task printed are left out]\n",
      ])
  }

  @Test func theOutboxTellsOfTheFirstTextAndKeepsAttemptsApart() {
    let tellings = Counter()
    let outbox = LogOutbox { tellings.count() }
    let (one, two) = (attempt(0), attempt(1))
    outbox.append("a", of: one)
    outbox.append("b", of: two)
    outbox.append("c", of: one)
    #expect(tellings.value == 1)
    #expect(outbox.takeAll() == [one: "ac", two: "b"])
    #expect(outbox.isEmpty)
    outbox.append("d", of: two)
    #expect(tellings.value == 2)
    #expect(outbox.takeAll() == [two: "d"])
  }

  private func attempt(_ partition: Int) -> AttemptID {
    AttemptID(task: TaskID(job: JobID(1), stage: 0, partition: partition), epoch: 1)
  }
}

private final class Counter: Sendable {
  private let counted = Atomic<Int>(0)

  var value: Int { counted.load(ordering: .relaxed) }

  func count() { counted.add(1, ordering: .relaxed) }
}
