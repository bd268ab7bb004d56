import Foundation
import Plan
import Wire

/// The slots of an executor: a thread each, that runs one attempt after the other.
///
/// More attempts than slots may be started. Those that wait are taken by the slots themselves, so that one that
/// becomes free goes on at once; short tasks would else wait for the executor's loop longer than they run.
///
/// `start`, `cancel`, `release` and `stop` belong to the thread of the executor's loop.
final class SlotPool {
  private let queue = WorkQueue<(assignment: TaskAssignment, cancellation: Cancellation)>()
  /// Of the attempts that were started and not released.
  private var cancellations: [AttemptID: Cancellation] = [:]

  /// `onEnd` is called on the slot's thread.
  init(
    count: Int, runner: TaskRunner,
    onEnd: @escaping @Sendable (AttemptID, TaskResult) -> Void
  ) {
    for index in 0..<count {
      let queue = self.queue
      startThread(named: "slot \(index)") {
        while let (assignment, cancellation) = queue.pop() {
          onEnd(assignment.launch.attempt, runner.run(assignment, cancellation: cancellation))
        }
      }
    }
  }

  func start(_ assignment: TaskAssignment) {
    let cancellation = Cancellation()
    cancellations[assignment.launch.attempt] = cancellation
    queue.push((assignment, cancellation))
  }

  /// One that still waits ends as soon as a slot takes it.
  func cancel(_ attempt: AttemptID) {
    cancellations[attempt]?.cancel()
  }

  func release(_ attempt: AttemptID) {
    cancellations[attempt] = nil
  }

  func stop() {
    for cancellation in cancellations.values { cancellation.cancel() }
    queue.close()
  }
}
