import Columnar
import Plan

/// The calls of one function by one task: it takes a worker when there is something to do, and another one when that ends.
/// Belongs to one task and one thread.
final class PythonSession {
  /// What a message has led to.
  enum End {
    /// The worker is through with it. Satisfied: it wants no further batches.
    case done(isSatisfied: Bool)
    /// The message is part of something whose rest the worker wants.
    case next
  }

  /// The function, or its process, failed. The next message begins a new call.
  struct Failure: Error {
    /// The group of the message; nil when it was on none.
    var group: Int?
    var failure: PythonFailure
  }

  let function: PythonFunction
  private let header: PythonCallHeader
  private let returned: Schema
  private let services: PythonServices
  private let context: OperatorContext
  private var lease: PythonLease?
  /// Whether the worker waits for messages of this call.
  private var isCalled = false
  /// Whether it waits for the rest of what a message began.
  private var isInterrupted = false

  /// - Parameter returned: what the function gives, by name and type.
  /// - Throws: `PythonError.notAllowed`.
  init(
    _ function: PythonFunction, _ kind: PythonCallHeader.Kind, frames: [PythonFrame],
    keys: [String], returned: Schema, context: OperatorContext
  ) throws {
    guard let services = context.python else { throw PythonError.notAllowed }
    self.function = function
    self.services = services
    self.context = context
    self.returned = returned
    var header = PythonCallHeader(
      kind: kind, function: function.name,
      frames: frames.map { PythonCallHeader.Frame(columns: $0.names, indices: $0.columns) },
      keys: keys, format: function.format?.rawValue, record: function.recordsErrors,
      memory: function.memory)
    switch function.source {
    case .file(let file): header.file = file
    case .module(let module): header.module = module
    }
    self.header = header
  }

  deinit {
    // In the middle of a message it is of no use to anybody.
    if let lease { services.end(lease) }
  }

  /// Gives the worker back, unless it waits for something that does not come. The call is over.
  func finish() {
    guard let lease, !isInterrupted else { return }
    lease.worker.readLog(to: context.log.write)
    lease.worker.flushLog(to: context.log.write)
    services.giveBack(lease)
    self.lease = nil
    isCalled = false
  }

  /// Sends a message and hands what the function gives for it to `take`: numbers of groups, and rows of the types of `returned`, where
  /// there are any.
  ///
  /// Throws `Failure`, `PythonError`, and what the context's `check` and `take` throw.
  func exchange(
    _ request: PythonRequest, _ bodies: [RecordBatch],
    take: (PythonAnswer.Rows, RecordBatch?) throws -> Void
  ) throws -> End {
    let worker = try begin()
    var request = request
    let bodies = try bodies.map { try $0.serialized() }
    if case .cogroups(let left, let right, _) = request {
      request = .cogroups(left: left, right: right, leftByteCount: bodies[0].byteCount)
    }
    isInterrupted = true
    return try guarding { watch in
      try worker.send(request, bodies, watch)
      while true {
        let (answer, body) = try worker.receive(watch)
        if let rows = answer.rows {
          try take(rows, try body.map { try batch($0) })
        } else if let done = answer.done {
          isInterrupted = false
          return .done(isSatisfied: done.satisfied ?? false)
        } else if answer.next != nil {
          return .next
        } else if let error = answer.error {
          isCalled = false
          isInterrupted = false
          throw Failure(
            group: error.group,
            failure: .exception(message: error.message, traceback: error.traceback ?? ""))
        } else {
          throw PythonWorker.Interruption.malformed("neither rows nor an end")
        }
      }
    }
  }

  /// Names the group of a failure that nobody records. Throws `PythonError.failed`, and what else `body` throws.
  func namingKeys<Value>(
    _ keys: (Int) -> [GroupKey], in body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let failed as PythonGroupCalls.Failed {
      throw PythonError.failed(
        function: function.text, keys: failed.group.map(keys), failed.failure)
    }
  }

  /// The worker, which knows what is called.
  private func begin() throws -> PythonWorker {
    let lease = try lease ?? services.takeWorker(for: function.environment, check: context.check)
    self.lease = lease
    guard !isCalled else { return lease.worker }
    let schema = try RecordBatch.empty(returned).serialized()
    var header = header
    header.artifacts = try context.artifacts?.path()
    try guarding { watch in
      // To import what the function needs may take longer than a group.
      var watch = watch
      watch.timeout = nil
      try lease.worker.send(.call(header), [schema], watch)
      let (answer, _) = try lease.worker.receive(watch)
      if let error = answer.error {
        throw Failure(
          group: nil,
          failure: .exception(message: error.message, traceback: error.traceback ?? ""))
      }
      guard answer.started != nil else {
        throw PythonWorker.Interruption.malformed("a call that was not started")
      }
    }
    isCalled = true
    return lease.worker
  }

  /// Ends the worker when it, or what is done with its answers, fails on the way.
  private func guarding<Value>(
    _ body: (PythonWorker.Watch) throws -> Value
  ) throws -> Value {
    let watch = PythonWorker.Watch(
      timeout: function.timeout, check: context.check, log: context.log.write)
    do {
      return try body(watch)
    } catch let failure as Failure {
      lease?.worker.readLog(to: context.log.write)
      throw failure
    } catch {
      guard let lease else { throw error }
      let group = lease.worker.runningGroup
      self.lease = nil
      isCalled = false
      isInterrupted = false
      let end = services.end(lease)
      lease.worker.readLog(to: context.log.write)
      lease.worker.flushLog(to: context.log.write)
      switch error {
      case PythonWorker.Interruption.closed:
        throw Failure(group: group, failure: .ended(end))
      case PythonWorker.Interruption.timeout:
        throw Failure(group: group, failure: .timeout(function.timeout ?? .zero))
      case PythonWorker.Interruption.malformed(let what):
        throw PythonError.unexpectedAnswer(what)
      default: throw error
      }
    }
  }

  private func batch(_ body: IncomingBatch) throws -> RecordBatch {
    let batch: RecordBatch
    do {
      batch = try RecordBatch(deserializing: body)
    } catch {
      throw PythonWorker.Interruption.malformed(error.message)
    }
    let (expected, found) = (returned.fields.map(\.type), batch.columns.map(\.type))
    guard expected == found else {
      throw PythonWorker.Interruption.malformed("columns of \(found) in place of \(expected)")
    }
    return RecordBatch(schema: returned, columns: batch.columns, rowCount: batch.rowCount)
  }
}
