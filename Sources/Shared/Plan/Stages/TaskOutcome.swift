import Columnar

/// What a task that ended well leaves behind.
package struct TaskOutcome: Hashable, Sendable {
  /// A file that waits in the staging folder of an output for the driver to commit it.
  package struct File: Hashable, Sendable {
    /// Index of the result in the plan, and the partition of the result.
    package var result: Int
    package var partition: Int
    package var path: String
    package var rows: Int
    package var bytes: Int64
    /// What functions of the task wrote beside its rows.
    package var artifacts: [Artifact]

    package init(
      result: Int, partition: Int, path: String, rows: Int, bytes: Int64,
      artifacts: [Artifact] = []
    ) {
      self.result = result
      self.partition = partition
      self.path = path
      self.rows = rows
      self.bytes = bytes
      self.artifacts = artifacts
    }
  }

  /// A file that a function of the user's wrote, in the staging folder of the output.
  package struct Artifact: Hashable, Sendable {
    /// What it is to be called below the artifacts of the output: `models/7.bin`. Its parts are not empty, `.` or `..`.
    package var name: String
    package var path: String
    package var bytes: Int64

    package init(name: String, path: String, bytes: Int64) {
      self.name = name
      self.path = path
      self.bytes = bytes
    }

    /// Whether it leads to a place below the folder that it is put into.
    package static func isName(_ name: String) -> Bool {
      !name.utf8.contains(0)
        && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
          !["", ".", ".."].contains($0)
        }
    }
  }

  /// Rows of a result that is shown, as Arrow IPC bytes; none for no rows.
  package struct ShownRows: Hashable, Sendable {
    package var result: Int
    package var partition: Int
    package var bytes: [UInt8]

    package init(result: Int, partition: Int, bytes: [UInt8]) {
      self.result = result
      self.partition = partition
      self.bytes = bytes
    }
  }

  /// A partition that stays in the executor's memory.
  package struct CachedPartition: Hashable, Sendable {
    package var result: Int
    package var partition: Int
    package var rows: Int
    package var bytes: Int64

    package init(result: Int, partition: Int, rows: Int, bytes: Int64) {
      self.result = result
      self.partition = partition
      self.rows = rows
      self.bytes = bytes
    }
  }

  /// The number of quote characters in a split of a text file: an odd sum before a split means that a quoted
  /// value holds a newline.
  package struct QuoteCount: Hashable, Sendable {
    package var path: String
    package var start: Int64
    package var count: Int

    package init(path: String, start: Int64, count: Int) {
      self.path = path
      self.start = start
      self.count = count
    }
  }

  /// What a map task wrote for an exchange as one of its producers: a stage may be several of them.
  package struct Block: Hashable, Sendable {
    package var exchange: Int
    package var producer: Int
    package var targets: BlockTargets
    package var rows: Int
    /// In memory.
    package var bytes: Int64

    package init(
      exchange: Int, producer: Int, targets: BlockTargets, rows: Int = 0, bytes: Int64 = 0
    ) {
      self.exchange = exchange
      self.producer = producer
      self.targets = targets
      self.rows = rows
      self.bytes = bytes
    }
  }

  /// What was read of one input of the stage.
  package struct Input: Hashable, Sendable {
    package var rows: Int
    /// In memory.
    package var bytes: Int64
    /// How long the attempt was busy reading it or waited for it.
    package var readingTime: Duration

    package init(rows: Int = 0, bytes: Int64 = 0, readingTime: Duration = .zero) {
      self.rows = rows
      self.bytes = bytes
      self.readingTime = readingTime
    }
  }

  package var inputRows = 0
  package var outputRows = 0
  /// Rows that were to be scored and whose key has no model.
  package var rowsWithoutModel = 0
  package var shuffleBytes: Int64 = 0
  package var files: [File] = []
  package var shown: [ShownRows] = []
  package var cached: [CachedPartition] = []
  package var quotes: [QuoteCount] = []
  package var blocks: [Block] = []
  /// In the order of the stage's inputs; empty when nobody counted.
  package var inputs: [Input] = []
  /// What became of the groups that were trained.
  package var trainings: [TrainingSummary] = []
  /// How long the attempt ran, without the time that it waited for a slot; nil when that is not known.
  package var runningTime: Duration?

  package init() {}
}

/// Why an attempt did not end well. What a scheduler does about it depends on the case alone, never on the text.
package enum TaskFailure: Error, Hashable, Sendable {
  /// Map outputs that could not be had from where they should be: their producers run again.
  case blocksLost(LostBlocks)
  /// A cached partition that is not where it should be: it is computed again.
  /// `holder` is who should have had it; nil when nobody was named.
  case cachedPartitionLost(name: String, partition: Int, holder: ExecutorID?)
  /// The user's data or expression is wrong: no other try can end better.
  case wrongData(String)
  /// The executor could not do its part (disk full, memory): another one may.
  case executorTrouble(String)
  /// The task holds more memory than its executor can give it: another one may have more, or be less busy.
  case memoryShort(MemoryShortage)
  /// Anything unforeseen: tried again elsewhere, up to a limit.
  case unexpected(String)
  case cancelled
}

/// Blocks of one exchange that one executor did not give.
package struct LostBlocks: Hashable, Sendable {
  package var exchange: Int
  package var producer: Int
  package var partition: Int
  /// The epoch of the attempt that wrote them.
  package var epoch: UInt64
  package var holder: ExecutorID
  /// The holder could not be reached at all: what else it holds cannot be had either.
  package var isUnreachable: Bool
  package var reason: String

  package init(
    exchange: Int, producer: Int, partition: Int, epoch: UInt64, holder: ExecutorID,
    isUnreachable: Bool = false, reason: String
  ) {
    self.exchange = exchange
    self.producer = producer
    self.partition = partition
    self.epoch = epoch
    self.holder = holder
    self.isUnreachable = isUnreachable
    self.reason = reason
  }
}

/// Where the output of one map task is.
package struct MapOutput: Hashable, Sendable {
  package var producer: Int
  package var partition: Int
  package var epoch: UInt64
  package var holder: ExecutorID
  /// `host:port` of the holder's data service.
  package var address: String
  package var targets: BlockTargets

  package init(
    producer: Int, partition: Int, epoch: UInt64, holder: ExecutorID, address: String,
    targets: BlockTargets = .all
  ) {
    self.producer = producer
    self.partition = partition
    self.epoch = epoch
    self.holder = holder
    self.address = address
    self.targets = targets
  }
}

/// Where one partition of a cached table is.
package struct CachedLocation: Hashable, Sendable {
  package var table: CachedTableID
  /// Of the attempt that made it.
  package var epoch: UInt64
  package var holder: ExecutorID
  package var address: String
  package var rows: Int
  package var bytes: Int64

  package init(
    table: CachedTableID, epoch: UInt64, holder: ExecutorID, address: String, rows: Int,
    bytes: Int64
  ) {
    self.table = table
    self.epoch = epoch
    self.holder = holder
    self.address = address
    self.rows = rows
    self.bytes = bytes
  }
}

/// An attempt with what it needs beside its stage's plan.
package struct TaskLaunch: Hashable, Sendable {
  package var attempt: AttemptID
  /// Where the cached partitions that it reads are, by name.
  package var cached: [String: CachedLocation]

  package init(attempt: AttemptID, cached: [String: CachedLocation] = [:]) {
    self.attempt = attempt
    self.cached = cached
  }
}

/// How an attempt ended.
package enum TaskResult: Hashable, Sendable {
  case finished(TaskOutcome)
  case failed(TaskFailure)
}
