import Driver
import Foundation
import Testing
import Wire

@Suite struct JobDescriptionTests {
  private let description = Roost_JobDescription.with {
    $0.job = 7
    $0.state = .succeeded
    $0.outputs = [.with { $0.path = "/out" }]
    $0.shown = [.with { $0.batches = [Data(repeating: 1, count: 2000)] }]
  }

  /// What of it reaches a client whose messages hold so many bytes.
  private func sent(limit: Int) -> [Roost_JobDescription] {
    var sent: [Roost_JobDescription] = []
    description.send { message in
      let byteCount = message.jobDescription.shown.flatMap(\.batches).reduce(0) { $0 + $1.count }
      guard byteCount <= limit else {
        return .failure(.messageTooLong(byteCount: byteCount, limit: limit))
      }
      sent.append(message.jobDescription)
      return .success(())
    }
    return sent
  }

  @Test func aJobIsToldWithItsRows() {
    #expect(sent(limit: 10_000) == [description])
  }

  @Test func rowsThatNoMessageHoldsAreLeftOutAndTheClientIsToldWhy() {
    let sent = self.sent(limit: 1000)
    #expect(sent.count == 1 && sent[0].shown.isEmpty)
    #expect(sent[0].state == .succeeded && sent[0].outputs == description.outputs)
    #expect(sent[0].error.contains("cannot be sent") && sent[0].error.contains("Show fewer rows"))
  }
}
