import Columnar
import Plan

/// Hands the batches of the partition to a Python function that goes from an iterator to an iterator. What it gives comes out as soon as
/// it is there.
final class MapPythonOperator: BatchOperator {
  private let operation: PythonMapping
  private let session: PythonSession
  private(set) var isSatisfied = false

  /// Throws `PythonError.notAllowed`.
  init(_ operation: PythonMapping, context: OperatorContext) throws {
    self.operation = operation
    session = try PythonSession(
      operation.function, .map, frames: [operation.frame], keys: [],
      returned: operation.returned, context: context)
  }

  let byteCount = 0

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    guard !isSatisfied else { return }
    let types = operation.frame.schema.fields.map(\.type)
    guard batch.columns.map(\.type) == types else {
      throw GroupingError.unexpectedColumns(expected: types, found: batch.columns.map(\.type))
    }
    try exchange(.batch, [batch], to: output)
  }

  /// A function of a partition without rows gets an iterator without frames.
  func finish(to output: Output) throws {
    if !isSatisfied { try exchange(.end, [], to: output) }
    session.finish()
  }

  private func exchange(
    _ request: PythonRequest, _ bodies: [RecordBatch], to output: Output
  ) throws {
    do {
      let end = try session.exchange(request, bodies) { _, batch in
        if let batch { try output(batch, .rows) }
      }
      if case .done = end { isSatisfied = true }
    } catch let failure as PythonSession.Failure {
      // What it gave so far is on its way: only the whole task can begin again.
      if case .ended(let end) = failure.failure, end.isFromOutside {
        throw PythonError.workerLost(function: operation.function.text, keys: nil, end)
      }
      throw PythonError.failed(
        function: operation.function.text, keys: nil, failure.failure)
    }
  }
}
