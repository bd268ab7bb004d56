import Driver
import Testing

@Suite struct PlanningQueueTests {
  @Test func someArePlannedAtATimeAndTheOthersFollowInTheirOrder() {
    var queue = PlanningQueue<Int>()
    for job in 0..<10 { queue.add(job) }
    func startAll() -> [Int] {
      var started: [Int] = []
      while let job = queue.next() { started.append(job) }
      return started
    }
    #expect(startAll() == [0, 1, 2, 3])
    queue.ended()
    #expect(startAll() == [4])
    for _ in 0..<4 { queue.ended() }
    #expect(startAll() == [5, 6, 7, 8])
    for _ in 0..<4 { queue.ended() }
    #expect(startAll() == [9])
    #expect(startAll() == [])
  }
}
