import Testing
import Wire

@Suite struct AdmissionTests {
  private func admission(perHost: Int = 3, handshakes: Int = 4) -> Admission {
    var limits = ConnectionLimits()
    limits.perHost = perHost
    limits.handshakes = handshakes
    return Admission(limits: limits)
  }

  private func number(_ arrival: Admission.Arrival) -> Int {
    guard case .admitted(let number, nil) = arrival else { return -1 }
    return number
  }

  @Test func aHostHasSoManyConnectionsAndNotMore() {
    var admission = admission()
    let numbers = (0..<3).map { _ in number(admission.arrive(from: "a")) }
    let welcomes = numbers.map { admission.welcome($0) }
    #expect(welcomes == [true, true, true])
    let fourth = admission.arrive(from: "a")
    #expect(fourth == .refused)
    let other = admission.welcome(number(admission.arrive(from: "b")))
    #expect(other)
    admission.leave(numbers[1])
    admission.leave(numbers[1])
    let later = admission.welcome(number(admission.arrive(from: "a")))
    #expect(later)
    let last = admission.arrive(from: "a")
    #expect(last == .refused)
  }

  @Test func thoseWhoArriveTogetherDoNotPassTheLimit() {
    var admission = admission(perHost: 2)
    let numbers = (0..<4).map { _ in number(admission.arrive(from: "a")) }
    let welcomes = numbers.map { admission.welcome($0) }
    #expect(welcomes == [true, true, false, false])
  }

  @Test func theOldestStrangerOfTheLargestCrowdMakesRoom() {
    var admission = admission()
    let quiet = number(admission.arrive(from: "quiet"))
    let crowd = (0..<3).map { _ in number(admission.arrive(from: "crowd")) }
    let arrivals = ["crowd", "late"].map { admission.arrive(from: $0) }
    #expect(
      arrivals == [
        .admitted(number: 5, evicted: crowd[0]), .admitted(number: 6, evicted: crowd[1]),
      ])
    // The connection of one that was evicted is told of again when it is closed.
    admission.leave(crowd[0])
    let welcomes = [crowd[0], quiet, crowd[2]].map { admission.welcome($0) }
    #expect(welcomes == [false, true, true])
  }

  @Test func strangersDoNotCountAsConnectionsOfTheirHost() {
    var admission = admission(perHost: 1, handshakes: 4)
    let arrivals = (0..<100).map { _ in admission.arrive(from: "a") }
    #expect(!arrivals.contains(.refused))
    let isWelcome = admission.welcome(100)
    #expect(isWelcome)
    let last = admission.arrive(from: "a")
    #expect(last == .refused)
  }
}
