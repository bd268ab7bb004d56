import Plan

/// Where the batches of a task come from. Belongs to one task and one thread.
package protocol TaskSource: AnyObject {
  /// The next batches; nil at the end.
  func next() throws -> [BlockBatch]?
  /// Bytes that are taken or may be taken at any moment by what is on its way to the task.
  var byteCount: Int { get }
  /// The file that the last batch came from, when it came from one.
  var place: String? { get }
  /// Known at the end.
  var quotes: [TaskOutcome.QuoteCount] { get }
}
