import Driver
import Plan
import Testing

@Suite struct JobLogTests {
  private func attempt(_ partition: Int) -> AttemptID {
    AttemptID(task: TaskID(job: JobID(1), stage: 0, partition: partition), epoch: 7)
  }

  private func log(_ texts: [String]) -> JobLog {
    var log = JobLog()
    for (index, text) in texts.enumerated() {
      _ = log.append(text, of: attempt(index), stageName: "models")
    }
    return log
  }

  @Test func aFollowerIsToldWhatItHasNotHeard() {
    var log = log(["one\n", "zwö\n"])
    #expect(log.end == 9)
    #expect(log.pieces(after: 0).pieces.map(\.text) == ["one\n", "zwö\n"])
    #expect(log.pieces(after: 4).pieces.map(\.text) == ["zwö\n"])
    #expect(log.pieces(after: 9).pieces.isEmpty)
    let piece = log.append("three", of: attempt(2), stageName: "models")
    #expect(piece.start == 9)
    #expect(log.pieces(after: 9).pieces.map(\.partition) == [2])
  }

  @Test func theOldestGoAndAreCounted() {
    var log = log(Array(repeating: String(repeating: "x", count: 100), count: 10))
    let whole = log.byteCount
    #expect(log.trim(to: whole) == nil)
    #expect(log.trim(to: whole / 2) == 500)
    #expect(log.byteCount == whole / 2)
    #expect(log.pieces(after: 0).leftOutByteCount == 500)
    #expect(log.pieces(after: 300).leftOutByteCount == 200)
    #expect(log.pieces(after: 600).leftOutByteCount == 0)
    #expect(log.pieces(after: 600).pieces.count == 4)
    #expect(log.trim(to: 0) == 1000)
    #expect(log.pieces(after: 0).leftOutByteCount == 1000)
    #expect(log.end == 1000)
  }

  @Test func shortPiecesTakeMoreThanTheirText() {
    var log = log(Array(repeating: "x", count: 100_000))
    #expect(log.trim() != nil)
    #expect(log.byteCount <= JobLog.byteLimit)
  }

  @Test func aLaterDriverGoesOnWhereItEnded() {
    let earlier = log(["a\n", "b\n"])
    var later = JobLog(Array(earlier.pieces))
    #expect(later.byteCount == earlier.byteCount)
    #expect(later.append("c", of: attempt(0), stageName: "models").start == 4)
    // The client had heard more than the driver that died had written down.
    #expect(later.pieces(after: 100).pieces.isEmpty)
    #expect(later.pieces(after: 100).leftOutByteCount == 0)
  }
}
