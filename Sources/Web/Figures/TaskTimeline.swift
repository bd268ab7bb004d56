import Driver
import Wire

/// Who ran what and when: the attempts of a job in lanes, one for each slot of an executor as far as its attempts tell.
package struct TaskTimeline: Sendable {
  /// Lanes that are drawn.
  package static let laneLimit = 120
  /// Bars that are drawn: with more, those that lie close together become one.
  package static let barLimit = 1400
  /// Of the drawing, in its units.
  static let width = 1000.0

  package struct Lane: Sendable {
    /// Index into the executors of the history.
    package var executor: Int
    /// In the order of time; none overlaps another.
    package var attempts: [Int]
  }

  /// One attempt, or several of one state and lane that would not be told apart.
  package struct Bar: Hashable, Sendable {
    package var lane: Int
    /// Microseconds since the submission.
    package var began: Int64
    package var ended: Int64
    package var state: Roost_AttemptState
    /// Nil of several stages.
    package var stage: UInt32?
    package var isRepeated: Bool
    package var count: Int
    /// Of the only attempt: index into those of the history.
    package var attempt: Int?
  }

  package let attempts: [Roost_AttemptHistory]
  let executors: [String]
  /// By executor, in the order of the history.
  package private(set) var lanes: [Lane] = []
  package private(set) var bars: [Bar] = []
  package let leftOutLanes: Int
  /// The end of the axis: microseconds since the submission, more than 0.
  package let end: Int64
  /// Attempts of tasks that were tried before.
  private let repeated: Set<Int>

  /// `now`: microseconds since the submission, where attempts that run end so far.
  package init(_ history: Roost_JobHistory, now: Int64) {
    attempts = history.attempts
    executors = history.executors
    repeated = Self.repeated(history.attempts)
    let ends = history.attempts.map { max($0.ended, $0.began) }
    let isRunning = history.attempts.contains { !$0.hasEnded }
    let end = max(1, isRunning ? max(now, ends.max() ?? 0) : ends.max() ?? 0)
    self.end = end
    let all = Self.lanes(of: history, now: end)
    leftOutLanes = max(0, all.count - Self.laneLimit)
    lanes = Array(all.prefix(Self.laneLimit))
    // Finer than a pixel first, coarser until it is little enough to send.
    var quantum = Double(end) / Self.width / 2
    repeat {
      bars = merged(within: Int64(quantum))
      quantum *= 2
    } while bars.count > Self.barLimit && quantum < Double(end)
  }

  private static func repeated(_ attempts: [Roost_AttemptHistory]) -> Set<Int> {
    struct Task: Hashable { var stage, partition: UInt32 }
    var seen: Set<Task> = []
    var repeated: Set<Int> = []
    for index in attempts.indices.sorted(by: { attempts[$0].epoch < attempts[$1].epoch }) {
      let task = Task(stage: attempts[index].stage, partition: attempts[index].partition)
      if !seen.insert(task).inserted { repeated.insert(index) }
    }
    return repeated
  }

  /// By executor, each with its attempts in the order of time.
  private static func lanes(of history: Roost_JobHistory, now: Int64) -> [Lane] {
    let slots = SlotLanes(history, now: now)
    var lanes = history.executors.indices.map { executor in
      Array(
        repeating: Lane(executor: executor, attempts: []), count: slots.count(ofExecutor: executor))
    }
    let order = history.attempts.indices.sorted {
      (history.attempts[$0].began, $0) < (history.attempts[$1].began, $1)
    }
    for index in order {
      let executor = Int(history.attempts[index].executor)
      guard lanes.indices.contains(executor) else { continue }
      lanes[executor][slots.lane(ofAttempt: index)].attempts.append(index)
    }
    return lanes.flatMap(\.self)
  }

  /// Bars of which those shorter than the quantum are drawn together with what comes right after.
  private func merged(within quantum: Int64) -> [Bar] {
    var bars: [Bar] = []
    for (number, lane) in lanes.enumerated() {
      var open: Bar?
      for index in lane.attempts {
        let attempt = attempts[index]
        let bar = Bar(
          lane: number, began: attempt.began,
          ended: attempt.hasEnded ? max(attempt.ended, attempt.began) : end, state: attempt.state,
          stage: attempt.stage, isRepeated: repeated.contains(index), count: 1, attempt: index)
        if var merged = open, merged.state == bar.state, merged.isRepeated == bar.isRepeated,
          bar.began - merged.ended < quantum, bar.ended - bar.began < quantum,
          merged.count > 1 || merged.ended - merged.began < quantum
        {
          merged.ended = max(merged.ended, bar.ended)
          merged.count += 1
          merged.attempt = nil
          if merged.stage != bar.stage { merged.stage = nil }
          open = merged
        } else {
          if let open { bars.append(open) }
          open = bar
        }
      }
      if let open { bars.append(open) }
    }
    return bars
  }
}
