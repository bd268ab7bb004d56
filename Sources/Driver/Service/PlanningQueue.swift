/// Which jobs are planned and which wait for it, as a value. A plan takes a thread, which may wait for a slow store for
/// long: some have one at a time, the others follow in their order.
package struct PlanningQueue<Job> {
  package static var threadCount: Int { 4 }
  /// Jobs that are being planned or wait for it; of clients no more are taken.
  package static var capacity: Int { 256 }

  private var waiting: [Job] = []
  private var running = 0

  package init() {}

  package mutating func add(_ job: Job) { waiting.append(job) }

  /// The next job that is to be planned now; nil when all threads have one or none waits.
  package mutating func next() -> Job? {
    guard running < Self.threadCount, !waiting.isEmpty else { return nil }
    running += 1
    return waiting.removeFirst()
  }

  /// One that `next` gave was planned.
  package mutating func ended() { running -= 1 }
}
