import Executor
import Testing

@Suite struct DriverSilenceTests {
  private let start = ContinuousClock.now

  /// Asks at these seconds, with heartbeats each second.
  private func answers(_ silence: inout DriverSilence, at seconds: [Int]) -> [Bool] {
    seconds.map {
      silence.isTooLong(at: start + .seconds($0), heartbeatInterval: .seconds(1))
    }
  }

  @Test func aDriverIsSilentAfterTenHeartbeatsAndNotBefore() {
    var silence = DriverSilence(from: start)
    #expect(answers(&silence, at: Array(1...10)) == Array(repeating: false, count: 10))
    #expect(answers(&silence, at: [11]) == [true])
    silence.heard(at: start + .seconds(11))
    #expect(answers(&silence, at: [12]) == [false])
  }

  /// A release of thousands of files, or a process that was stopped.
  @Test func aPauseOfOurOwnIsNotTheDriversSilence() {
    var silence = DriverSilence(from: start)
    #expect(answers(&silence, at: [1, 31, 32]) == [false, false, false])
  }

  @Test func aDriverThatStaysSilentAfterAPauseIsFoundOut() {
    var silence = DriverSilence(from: start)
    #expect(answers(&silence, at: [30] + Array(31...40)).allSatisfy { !$0 })
    #expect(answers(&silence, at: [41]) == [true])
  }
}
