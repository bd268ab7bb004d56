import Columnar
import Plan

/// Where the batches of a task end. Belongs to one task and one thread.
protocol TaskSink: AnyObject {
  /// Where functions that make its rows may write files that go with them; nil when nobody would collect these.
  var artifacts: ArtifactFolder? { get }
  /// Bytes held that have not become part of the block store.
  var byteCount: Int { get }
  func take(_ batch: RecordBatch, _ kind: BatchKind) throws
  /// Called once, when all went well: what was taken becomes part of the outcome.
  func finish(into outcome: inout TaskOutcome) throws
  /// Called once, when the task fails: nothing stays behind.
  func abandon()
}

extension TaskSink {
  var artifacts: ArtifactFolder? { nil }
}
