/// A job of a driver, counted from 1.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: UInt64

  package init(_ number: UInt64) { self.number = number }

  package static func < (one: JobID, other: JobID) -> Bool { one.number < other.number }
  package var description: String { "\(number)" }
}

/// A running executor process. It names itself when it starts, so that a new process on the same host is another one.
package struct ExecutorID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let name: String

  package init(_ name: String) { self.name = name }

  package static func < (one: ExecutorID, other: ExecutorID) -> Bool { one.name < other.name }
  package var description: String { name }
}

/// One partition of one stage.
package struct TaskID: Hashable, Sendable, CustomStringConvertible {
  package let job: JobID
  package let stage: Int
  package let partition: Int

  package init(job: JobID, stage: Int, partition: Int) {
    self.job = job
    self.stage = stage
    self.partition = partition
  }

  package var description: String { "job \(job), stage \(stage), partition \(partition)" }
}

/// One try at a task. Epochs grow with every attempt of a driver and begin with the driver's generation, so that
/// what a forgotten attempt says can be told from what is waited for.
package struct AttemptID: Hashable, Sendable {
  package let task: TaskID
  package let epoch: UInt64

  package init(task: TaskID, epoch: UInt64) {
    self.task = task
    self.epoch = epoch
  }
}

/// A cached table: the name may be given again by a later job, whose partitions must not be mixed with these.
package struct CachedTableID: Hashable, Sendable {
  package var name: String
  package var job: JobID

  package init(name: String, job: JobID) {
    self.name = name
    self.job = job
  }
}
