import Executor
import Foundation
import Testing
import Wire

/// Reports on a connection whose messages hold less than usual.
@Suite struct ReportSendingTests {
  private static let limit = 1000

  private func report(_ partition: UInt32, showing byteCount: Int) -> Roost_TaskReport {
    .with {
      $0.attempt.partition = partition
      $0.outcome.shown = [.with { $0.batches = Data(repeating: 1, count: byteCount) }]
    }
  }

  /// The messages that reports leave as.
  private func messages(of reports: [Roost_TaskReport]) -> [[Roost_TaskReport]] {
    var messages: [[Roost_TaskReport]] = []
    reports.send { part in
      let byteCount = part.flatMap(\.outcome.shown).reduce(0) { $0 + $1.batches.count }
      guard byteCount <= Self.limit else {
        return .failure(.messageTooLong(byteCount: byteCount, limit: Self.limit))
      }
      messages.append(part)
      return .success(())
    }
    return messages
  }

  @Test func reportsThatFitTogetherAreOneMessage() {
    let reports = (0..<5).map { report($0, showing: 100) }
    #expect(messages(of: reports) == [reports])
    #expect(messages(of: []).isEmpty)
  }

  @Test func reportsThatDoNotFitTogetherAreSeveralMessagesInTheirOrder() {
    let reports = (0..<20).map { report($0, showing: 300) }
    let messages = self.messages(of: reports)
    #expect(messages.count > 1 && messages.count < 20)
    #expect(messages.flatMap(\.self) == reports)
  }

  @Test func aReportThatNoMessageHoldsFailsItsTaskAndNoOther() {
    let reports = [report(0, showing: 100), report(1, showing: 2000), report(2, showing: 100)]
    let sent = messages(of: reports).flatMap(\.self)
    #expect([sent[0], sent[2]] == [reports[0], reports[2]])
    #expect(sent.count == 3 && sent[1].attempt == reports[1].attempt)
    #expect(sent[1].failure.wrongData.contains("Show fewer rows"))
  }

  @Test func nothingIsSentAgainOnAConnectionThatIsGone() {
    var tries = 0
    (0..<4).map { report($0, showing: 1) }.send { _ in
      tries += 1
      return .failure(.connectionClosed)
    }
    #expect(tries == 1)
  }
}
