import Foundation
import Logging
import Wire

/// Writes entries on a thread of its own, in the order in which they come; those that came meanwhile share one
/// transaction, and so one wait for the disk.
final class JournalWriter: Sendable {
  private struct Item: Sendable {
    var entries: [JournalEntry]
    var done: (@Sendable (JournalError?) -> Void)?
  }

  private static let capacity = 65_536

  private let queue = BoundedQueue<Item>(capacity: JournalWriter.capacity)
  private let ended = DispatchSemaphore(value: 0)

  init(_ journal: DriverJournal, log: Logger) {
    let (queue, ended) = (queue, ended)
    startThread(named: "journal") {
      while let items = queue.popAll() {
        do throws(JournalError) {
          try journal.write(items.flatMap(\.entries))
          for item in items { item.done?(nil) }
        } catch {
          // One that cannot be written takes no other down.
          for item in items { Self.write(item, to: journal, log) }
        }
      }
      ended.signal()
    }
  }

  private static func write(_ item: Item, to journal: DriverJournal, _ log: Logger) {
    do throws(JournalError) {
      try journal.write(item.entries)
      item.done?(nil)
    } catch {
      log.error("\(error)")
      item.done?(error)
    }
  }

  /// `done` is called on the writer's thread when the entries are on the disk, or with why they are not.
  func write(_ entries: [JournalEntry], done: (@Sendable (JournalError?) -> Void)? = nil) {
    queue.push(Item(entries: entries, done: done))
  }

  /// Writes entries after all that came before them, and blocks until they are on the disk.
  func writeAndWait(_ entries: [JournalEntry]) throws(JournalError) {
    let (written, failure) = (DispatchSemaphore(value: 0), Locked<JournalError?>(nil))
    write(entries) { reason in
      failure.withLock { $0 = reason }
      written.signal()
    }
    written.wait()
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Waits until everything is written.
  func close() {
    queue.close()
    ended.wait()
  }
}
