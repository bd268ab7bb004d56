import Foundation
import Plan

// Attempts, launches and reports, to and from their messages.

extension AttemptID {
  package init(wire: Roost_Attempt) {
    self.init(
      task: TaskID(
        job: JobID(wire.job), stage: Int(wire.stage), partition: Int(wire.partition)),
      epoch: wire.epoch)
  }

  package var wire: Roost_Attempt {
    .with {
      $0.job = task.job.number
      $0.stage = UInt32(task.stage)
      $0.partition = UInt32(task.partition)
      $0.epoch = epoch
    }
  }
}

extension CachedTableID {
  package init(wire: Roost_CachedTable) {
    self.init(name: wire.name, job: JobID(wire.job))
  }

  package var wire: Roost_CachedTable {
    .with {
      $0.name = name
      $0.job = job.number
    }
  }
}

extension CachedLocation {
  package init(wire: Roost_CachedLocation) {
    self.init(
      table: CachedTableID(wire: wire.table), epoch: wire.epoch,
      holder: ExecutorID(wire.executor),
      address: wire.address, rows: Int(wire.rows), bytes: wire.bytes)
  }

  package var wire: Roost_CachedLocation {
    .with {
      $0.table = table.wire
      $0.epoch = epoch
      $0.executor = holder.name
      $0.address = address
      $0.rows = Int64(rows)
      $0.bytes = bytes
    }
  }
}

extension TaskLaunch {
  package init(wire: Roost_TaskLaunch) {
    self.init(
      attempt: AttemptID(wire: wire.attempt),
      cached: Dictionary(
        wire.cached.map { input in
          (input.name, CachedLocation(wire: input.location))
        }, uniquingKeysWith: { first, _ in first }))
  }

  package var wire: Roost_TaskLaunch {
    .with {
      $0.attempt = attempt.wire
      $0.cached = cached.sorted { $0.key < $1.key }.map { name, location in
        .with {
          $0.name = name
          $0.location = location.wire
        }
      }
    }
  }
}

extension [MapOutput] {
  package init(wire: Roost_MapOutputs) throws(ProtocolError) {
    self = []
    reserveCapacity(wire.outputs.count)
    for output in wire.outputs {
      guard Int(output.holder) < wire.holders.count else {
        throw .malformedMessage("map output of holder \(output.holder)")
      }
      let holder = wire.holders[Int(output.holder)]
      append(
        MapOutput(
          producer: Int(output.producer), partition: Int(output.partition), epoch: output.epoch,
          holder: ExecutorID(holder.executor), address: holder.address,
          targets: BlockTargets(bits: [UInt8](output.targets))))
    }
  }

  /// Each holder is named once, however many outputs it has.
  package func wire(job: JobID, exchange: Int) -> Roost_MapOutputs {
    var holders: [ExecutorID: UInt32] = [:]
    var message = Roost_MapOutputs()
    message.job = job.number
    message.exchange = UInt32(exchange)
    for output in self {
      let index: UInt32
      if let known = holders[output.holder] {
        index = known
      } else {
        index = UInt32(message.holders.count)
        holders[output.holder] = index
        message.holders.append(
          .with {
            $0.executor = output.holder.name
            $0.address = output.address
          })
      }
      message.outputs.append(
        .with {
          $0.producer = UInt32(output.producer)
          $0.partition = UInt32(output.partition)
          $0.epoch = output.epoch
          $0.holder = index
          $0.targets = Data(output.targets.bits)
        })
    }
    return message
  }
}

extension Roost_TaskReport {
  package init(attempt: AttemptID, result: TaskResult) {
    self.init()
    self.attempt = attempt.wire
    switch result {
    case .finished(let outcome): self.outcome = outcome.wire
    case .failed(let failure): self.failure = failure.wire
    }
  }
}

extension TaskResult {
  package init(wire: Roost_TaskReport) throws(ProtocolError) {
    switch wire.result {
    case .outcome(let outcome): self = .finished(try TaskOutcome(wire: outcome))
    case .failure(let failure): self = .failed(try TaskFailure(wire: failure))
    case nil: throw .malformedMessage("a report without result")
    }
  }
}

extension TaskOutcome {
  /// Rows or bytes of one task: the sums over all tasks of a job fit as well.
  private static let counts = 0...Int64(1) << 44

  init(wire: Roost_TaskOutcome) throws(ProtocolError) {
    var counts = [wire.inputRows, wire.outputRows, wire.shuffleBytes, wire.rowsWithoutModel]
    for file in wire.files { counts += [file.rows, file.bytes] + file.artifacts.map(\.bytes) }
    for part in wire.cached { counts += [part.rows, part.bytes] }
    for block in wire.blocks { counts += [block.rows, block.bytes] }
    for input in wire.inputs { counts += [input.rows, input.bytes] }
    if let wrong = counts.first(where: { !Self.counts.contains($0) }) {
      throw .malformedMessage("an outcome of \(wrong) rows or bytes")
    }
    let names = wire.files.lazy.flatMap { $0.artifacts.map(\.name) }
    if let wrong = names.first(where: { !Artifact.isName($0) }) {
      throw .malformedMessage("an artifact of the name '\(wrong)'")
    }
    self.init()
    inputRows = Int(wire.inputRows)
    outputRows = Int(wire.outputRows)
    rowsWithoutModel = Int(wire.rowsWithoutModel)
    shuffleBytes = wire.shuffleBytes
    files = wire.files.map {
      File(
        result: Int($0.result), partition: Int($0.partition), path: $0.path, rows: Int($0.rows),
        bytes: $0.bytes,
        artifacts: $0.artifacts.map { Artifact(name: $0.name, path: $0.path, bytes: $0.bytes) })
    }
    shown = wire.shown.map {
      ShownRows(result: Int($0.result), partition: Int($0.partition), bytes: Array($0.batches))
    }
    cached = wire.cached.map {
      CachedPartition(
        result: Int($0.result), partition: Int($0.partition), rows: Int($0.rows), bytes: $0.bytes)
    }
    quotes = wire.quotes.map { QuoteCount(path: $0.path, start: $0.start, count: Int($0.count)) }
    blocks = wire.blocks.map { Block(wire: $0) }
    inputs = wire.inputs.map {
      Input(
        rows: Int($0.rows), bytes: $0.bytes, readingTime: Self.duration($0.readingMicroseconds))
    }
    trainings = try wire.trainings.map { summary throws(ProtocolError) in
      try TrainingSummary(wire: summary)
    }
    if wire.runningMicroseconds > 0 {
      runningTime = Self.duration(wire.runningMicroseconds)
    }
  }

  private static func duration(_ microseconds: UInt64) -> Duration {
    .microseconds(Int64(min(microseconds, 1 << 44)))
  }

  var wire: Roost_TaskOutcome {
    .with {
      $0.inputRows = Int64(inputRows)
      $0.outputRows = Int64(outputRows)
      $0.rowsWithoutModel = Int64(rowsWithoutModel)
      $0.shuffleBytes = shuffleBytes
      $0.files = files.map { file in
        .with {
          $0.result = UInt32(file.result)
          $0.partition = UInt32(file.partition)
          $0.path = file.path
          $0.rows = Int64(file.rows)
          $0.bytes = file.bytes
          $0.artifacts = file.artifacts.map { artifact in
            .with {
              $0.name = artifact.name
              $0.path = artifact.path
              $0.bytes = artifact.bytes
            }
          }
        }
      }
      $0.shown = shown.map { rows in
        .with {
          $0.result = UInt32(rows.result)
          $0.partition = UInt32(rows.partition)
          $0.batches = Data(rows.bytes)
        }
      }
      $0.cached = cached.map { part in
        .with {
          $0.result = UInt32(part.result)
          $0.partition = UInt32(part.partition)
          $0.rows = Int64(part.rows)
          $0.bytes = part.bytes
        }
      }
      $0.quotes = quotes.map { quote in
        .with {
          $0.path = quote.path
          $0.start = quote.start
          $0.count = Int64(quote.count)
        }
      }
      $0.blocks = blocks.map(\.wire)
      $0.inputs = inputs.map { input in
        .with {
          $0.rows = Int64(input.rows)
          $0.bytes = input.bytes
          $0.readingMicroseconds = UInt64(max(0, input.readingTime.microseconds))
        }
      }
      // The attempt says which stage it is of.
      $0.trainings = trainings.map { $0.wire(stage: 0) }
      if let runningTime { $0.runningMicroseconds = UInt64(max(1, runningTime.microseconds)) }
    }
  }
}

extension TaskOutcome.Block {
  init(wire: Roost_WrittenBlock) {
    self.init(
      exchange: Int(wire.exchange), producer: Int(wire.producer),
      targets: BlockTargets(bits: Array(wire.targets)), rows: Int(wire.rows), bytes: wire.bytes)
  }

  var wire: Roost_WrittenBlock {
    .with {
      $0.exchange = UInt32(exchange)
      $0.producer = UInt32(producer)
      $0.targets = Data(targets.bits)
      $0.rows = Int64(rows)
      $0.bytes = bytes
    }
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}

extension TaskFailure {
  init(wire: Roost_TaskFailure) throws(ProtocolError) {
    switch wire.cause {
    case .blocksLost(let lost):
      self = .blocksLost(
        LostBlocks(
          exchange: Int(lost.exchange), producer: Int(lost.producer),
          partition: Int(lost.partition), epoch: lost.epoch, holder: ExecutorID(lost.holder),
          isUnreachable: lost.isUnreachable, reason: lost.reason))
    case .cachedPartitionLost(let lost):
      self = .cachedPartitionLost(
        name: lost.name, partition: Int(lost.partition),
        holder: lost.holder.isEmpty ? nil : ExecutorID(lost.holder))
    case .wrongData(let message): self = .wrongData(message)
    case .executorTrouble(let message): self = .executorTrouble(message)
    case .unexpected(let message): self = .unexpected(message)
    case .cancelled: self = .cancelled
    case .memoryShort(let shortage):
      self = .memoryShort(
        MemoryShortage(
          holder: shortage.holder, held: shortage.held, needed: shortage.needed,
          memory: shortage.memory, slots: Int(shortage.slots)))
    case nil: throw .malformedMessage("a failure without cause")
    }
  }

  var wire: Roost_TaskFailure {
    .with {
      switch self {
      case .blocksLost(let lost):
        $0.blocksLost = .with {
          $0.exchange = UInt32(lost.exchange)
          $0.producer = UInt32(lost.producer)
          $0.partition = UInt32(lost.partition)
          $0.epoch = lost.epoch
          $0.holder = lost.holder.name
          $0.reason = lost.reason
          $0.isUnreachable = lost.isUnreachable
        }
      case .cachedPartitionLost(let name, let partition, let holder):
        $0.cachedPartitionLost = .with {
          $0.name = name
          $0.partition = UInt32(partition)
          $0.holder = holder?.name ?? ""
        }
      case .wrongData(let message): $0.wrongData = message
      case .executorTrouble(let message): $0.executorTrouble = message
      case .unexpected(let message): $0.unexpected = message
      case .cancelled: $0.cancelled = Roost_Cancelled()
      case .memoryShort(let shortage):
        $0.memoryShort = .with {
          $0.holder = shortage.holder
          $0.held = shortage.held
          $0.needed = shortage.needed
          $0.memory = shortage.memory
          $0.slots = UInt32(clamping: shortage.slots)
        }
      }
    }
  }
}
