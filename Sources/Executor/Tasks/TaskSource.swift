import Plan

/// Where the batches of a task come from. Belongs to one task and one thread.
package protocol TaskSource: AnyObject {
  /// The next batches; nil at the end.
  func next() throws -> [BlockBatch]?
  /// The file that the last batch came from, when it came from one.
  var place: String? { get }
  /// Known at the end.
  var quotes: [TaskOutcome.QuoteCount] { get }
}
