import Driver
import Testing
import Wire

@Suite struct SlotLanesTests {
  private func history(_ attempts: [(executor: UInt32, began: Int64, ended: Int64?)])
    -> Roost_JobHistory
  {
    .with {
      $0.executors = ["a", "b"]
      $0.attempts = attempts.map { attempt in
        .with {
          $0.executor = attempt.executor
          $0.began = attempt.began
          if let ended = attempt.ended { $0.ended = ended }
        }
      }
    }
  }

  @Test func noTwoAttemptsOfALaneOverlap() {
    let history = history([(0, 0, 10), (0, 5, 15), (0, 10, 20), (1, 0, 100), (0, 15, nil)])
    let lanes = SlotLanes(history, now: 50)
    #expect((0..<5).map { lanes.lane(ofAttempt: $0) } == [0, 1, 0, 0, 1])
    #expect(lanes.count(ofExecutor: 0) == 2 && lanes.count(ofExecutor: 1) == 1)
  }

  @Test func oddHistoriesHaveLanes() {
    let lanes = SlotLanes(history([(7, 0, 1), (0, 5, 2), (0, 3, nil)]), now: 0)
    #expect(lanes.count(ofExecutor: 0) >= 1 && lanes.lane(ofAttempt: 0) == 0)
  }
}
