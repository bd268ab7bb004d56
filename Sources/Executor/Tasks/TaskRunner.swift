import Columnar
import Foundation
import Plan
import Wire

/// Runs attempts, each from its input through the operators of its stage to the sinks. Used by all slots at a time.
package final class TaskRunner: Sendable {
  private let executor: ExecutorID
  private let store: BlockStore
  private let connections: BlockConnections
  private let allowed: AllowedPaths
  private let logs: LogOutbox
  private let python: PythonServices?

  /// - Parameter python: nil where functions of users are not to run.
  package init(
    executor: ExecutorID, store: BlockStore, connections: BlockConnections, allowed: AllowedPaths,
    logs: LogOutbox, python: PythonServices?
  ) {
    self.executor = executor
    self.store = store
    self.connections = connections
    self.allowed = allowed
    self.logs = logs
    self.python = python
  }

  /// Blocks until the attempt has ended.
  func run(_ assignment: TaskAssignment, cancellation: Cancellation) -> TaskResult {
    let start = ContinuousClock.now
    let attempt = assignment.launch.attempt
    let log = AttemptLog { [logs] in logs.append($0, of: attempt) }
    // Before the report of its end.
    defer { log.end() }
    let taskLog = TaskLog { log.write($0) }
    var sinks: [any TaskSink] = []
    do {
      try cancellation.check()
      for sink in assignment.stage.stage.sinks {
        sinks.append(try makeSink(sink, of: assignment, taskLog, cancellation))
      }
      var outcome = try run(assignment, into: sinks, taskLog, cancellation)
      outcome.runningTime = .now - start
      return .finished(outcome)
    } catch {
      for sink in sinks { sink.abandon() }
      return .failed(TaskFailure(classifying: error))
    }
  }

  private func run(
    _ assignment: TaskAssignment, into sinks: [any TaskSink], _ log: TaskLog,
    _ cancellation: Cancellation
  ) throws -> TaskOutcome {
    let stage = assignment.stage.stage
    let context = OperatorContext(
      partition: assignment.launch.attempt.task.partition,
      runs: SortedRunSpace(folder: store.folder, byteCount: store.memory.account.sortedRun),
      check: { try cancellation.check() },
      log: log, python: python)
    let pipeline = try Pipeline(stage: stage, sinks: sinks, context: context)
    var memory = TaskMemory(of: store)
    var outcome = TaskOutcome()
    outcome.inputs = Array(repeating: TaskOutcome.Input(), count: stage.inputs.count)
    for index in stage.readingOrder {
      let source = try makeSource(
        stage.inputs[index], of: assignment, partialSchema: pipeline.partialSchema(ofInput: index))
      while !pipeline.isSatisfied(input: index),
        let batches = try outcome.inputs[index].timing({ try source.next() })
      {
        for batch in batches {
          try cancellation.check()
          outcome.inputRows += batch.batch.rowCount
          outcome.inputs[index].rows += batch.batch.rowCount
          outcome.inputs[index].bytes += Int64(batch.batch.byteCount)
          do {
            try pipeline.process(batch.batch, batch.kind, fromInput: index)
          } catch {
            throw PlacedError(error: error, place: source.place)
          }
          try memory.update(
            arriving: source.byteCount, atHand: batch.batch.byteCount, pipeline: pipeline)
        }
      }
      outcome.quotes += source.quotes
    }
    try pipeline.finish { byteCount in
      try memory.update(arriving: 0, atHand: byteCount, pipeline: pipeline)
    }
    try memory.update(arriving: 0, atHand: 0, pipeline: pipeline)
    try cancellation.check()
    for sink in sinks { try sink.finish(into: &outcome) }
    outcome.rowsWithoutModel = pipeline.rowsWithoutModel
    outcome.trainings = pipeline.trainings
    return outcome
  }

  private func makeSource(
    _ input: StageInput, of assignment: TaskAssignment, partialSchema: Schema?
  ) throws -> any TaskSource {
    let task = assignment.launch.attempt.task
    switch input {
    case .scan(let scan):
      for split in scan.partitions[task.partition] { try allowed.checkReading(split.file.path) }
      return ScanSource(scan: scan, partition: task.partition)
    case .exchange(let exchange):
      guard let written = assignment.stage.exchanges[exchange] else {
        throw TaskFailure.unexpected("exchange \(exchange) was never assigned")
      }
      return ExchangeReader(
        job: task.job, exchange: exchange,
        partition: written.partition(readBy: task.partition),
        outputs: assignment.mapOutputs[exchange] ?? [],
        expected: ExpectedColumns(rows: written.schema, partialResults: partialSchema),
        store: store, executor: executor, connections: connections)
    case .cached(let name, let schema):
      return try CachedSource(
        name: name, schema: schema, partition: task.partition,
        location: assignment.launch.cached[name],
        store: store, executor: executor, connections: connections)
    }
  }

  private func makeSink(
    _ sink: Sink, of assignment: TaskAssignment, _ log: TaskLog, _ cancellation: Cancellation
  ) throws -> any TaskSink {
    let attempt = assignment.launch.attempt
    let stage = assignment.stage
    switch sink.target {
    case .exchange(let exchange, let producer):
      guard let target = stage.exchanges[exchange] else {
        throw TaskFailure.unexpected("exchange \(exchange) was never assigned")
      }
      return ExchangeSink(
        exchange: target,
        key: BlockKey(
          job: attempt.task.job, exchange: exchange, producer: producer,
          partition: attempt.task.partition, epoch: attempt.epoch), store: store)
    case .result(let index, let firstPartition):
      guard let result = stage.results[index] else {
        throw TaskFailure.unexpected("result \(index) was never assigned")
      }
      let partition = firstPartition + attempt.task.partition
      switch result.table.action {
      case .write(let write):
        guard let staging = result.staging else {
          throw TaskFailure.unexpected("result \(index) has no staging folder")
        }
        try allowed.checkWriting(staging.path)
        let artifacts = python.map { python in
          ArtifactFolder(
            in: store.folder, for: python.user,
            staged: StagedArtifacts(
              staging, mode: write.mode, partition: partition, epoch: attempt.epoch),
            log: log, check: { try cancellation.check() })
        }
        return try FileSink(
          schema: result.table.schema, write: write, staging: staging, result: index,
          partition: partition, epoch: attempt.epoch, artifacts: artifacts)
      case .show:
        return ShowSink(result: index, partition: partition)
      case .cache(let name):
        let table = CachedTableID(name: name, job: stage.owner)
        return CacheSink(
          key: CachedPartitionKey(table: table, partition: partition, epoch: attempt.epoch),
          result: index, store: store)
      }
    }
  }
}

extension TaskOutcome.Input {
  fileprivate mutating func timing<Result>(_ read: () throws -> Result) rethrows -> Result {
    let began = ContinuousClock.now
    defer { readingTime += .now - began }
    return try read()
  }
}

/// An error that rows of a certain file caused.
private struct PlacedError: Error {
  var error: any Error
  var place: String?
}

extension TaskFailure {
  /// What an error means for the job. Its type decides; the text is for people.
  package init(classifying error: any Error) {
    switch error {
    case let failure as TaskFailure: self = failure
    case is TaskCancelled: self = .cancelled
    case let placed as PlacedError:
      switch (TaskFailure(classifying: placed.error), placed.place) {
      case (.wrongData(let message), let place?): self = .wrongData("\(place): \(message)")
      case (let failure, _): self = failure
      }
    case let error as FileError:
      switch error {
      case .notFound, .emptyDirectory, .malformed, .changed, .unsupported, .notAllowed:
        self = .wrongData("\(error)")
      case .permissionDenied, .alreadyExists, .outOfMemory, .inputOutput:
        self = .executorTrouble("\(error)")
      }
    case is EvaluationError, is AggregateError, is GroupingError, is TrainingPlanError,
      is PredictionError:
      self = .wrongData("\(error)")
    case is ColumnTooLarge:
      self = .wrongData(
        "a column of one partition passes 2 GiB: use more partitions ('partitions: N')")
    case let error as PythonError:
      switch error {
      case .failed: self = .wrongData("\(error)")
      case .notAllowed, .interpreter, .requirements, .program, .unknownUser:
        self = .executorTrouble("\(error)")
      case .workerLost, .unexpectedAnswer: self = .unexpected("\(error)")
      }
    case let error as ArtifactError:
      switch error {
      case .system: self = .executorTrouble("\(error)")
      case .tooManyFiles, .tooManyBytes, .unusableName, .unreadable, .taken:
        self = .wrongData("\(error)")
      }
    case is SpillError, is FetchError: self = .executorTrouble("\(error)")
    default: self = .unexpected("\(error)")
    }
  }
}
