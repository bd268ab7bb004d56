import Wire

/// Which lane of its executor each attempt of a history has, so that no two of a lane overlap: the slots, as far as one can
/// tell afterwards.
package struct SlotLanes: Sendable {
  private var lanes: [Int]
  private var counts: [Int]

  /// `now`: where attempts that run end, in microseconds since the submission. O(n log n) for n attempts.
  package init(_ history: Roost_JobHistory, now: Int64) {
    lanes = Array(repeating: 0, count: history.attempts.count)
    counts = Array(repeating: 0, count: history.executors.count)
    /// When each lane of each executor is free.
    var ends: [[Int64]] = Array(repeating: [], count: history.executors.count)
    let order = history.attempts.indices.sorted {
      (history.attempts[$0].began, $0) < (history.attempts[$1].began, $1)
    }
    for index in order {
      let attempt = history.attempts[index]
      let executor = Int(attempt.executor)
      guard ends.indices.contains(executor) else { continue }
      let end = attempt.hasEnded ? max(attempt.ended, attempt.began) : max(now, attempt.began)
      if let lane = ends[executor].firstIndex(where: { $0 <= attempt.began }) {
        ends[executor][lane] = end
        lanes[index] = lane
      } else {
        lanes[index] = ends[executor].count
        ends[executor].append(end)
      }
    }
    counts = ends.map(\.count)
  }

  package func lane(ofAttempt index: Int) -> Int { lanes[index] }

  package func count(ofExecutor index: Int) -> Int { counts[index] }
}
