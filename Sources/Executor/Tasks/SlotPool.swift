import Foundation
import Plan
import Wire

/// The slots of an executor: a thread each, that runs one attempt after the other.
///
/// `start`, `cancel`, `release` and `stop` belong to the thread of the executor's loop.
final class SlotPool {
  private let queues: [BoundedQueue<(TaskAssignment, Cancellation)>]
  private var free: [Int]
  private var running: [AttemptID: (slot: Int, cancellation: Cancellation)] = [:]

  /// `onEnd` is called on the slot's thread.
  init(
    count: Int, runner: TaskRunner,
    onEnd: @escaping @Sendable (AttemptID, TaskResult) -> Void
  ) {
    queues = (0..<count).map { _ in BoundedQueue(capacity: 1) }
    free = Array((0..<count).reversed())
    for (index, queue) in queues.enumerated() {
      startThread(named: "slot \(index)") {
        while let tasks = queue.popAll() {
          for (assignment, cancellation) in tasks {
            onEnd(
              assignment.launch.attempt, runner.run(assignment, cancellation: cancellation))
          }
        }
      }
    }
  }

  /// There is a free slot: the protocol value sees to it.
  func start(_ assignment: TaskAssignment) {
    let slot = free.removeLast()
    let cancellation = Cancellation()
    running[assignment.launch.attempt] = (slot, cancellation)
    queues[slot].push((assignment, cancellation))
  }

  func cancel(_ attempt: AttemptID) {
    running[attempt]?.cancellation.cancel()
  }

  func release(_ attempt: AttemptID) {
    if let (slot, _) = running.removeValue(forKey: attempt) { free.append(slot) }
  }

  func stop() {
    for (_, cancellation) in running.values { cancellation.cancel() }
    for queue in queues { queue.close() }
  }
}
