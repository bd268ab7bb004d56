import HeapModule
import Plan

/// What is to be looked at when its time has come. Nothing is taken out before: whoever looks finds out whether it still
/// matters.
struct Timetable: Sendable {
  enum Item: Sendable {
    /// An executor may have been silent for too long. Each registration has an entry of its own.
    case silence(ExecutorID, registration: UInt64)
    /// One that was left out may take part again.
    case inclusion(ExecutorID)
    /// No executor may have taken part in a job for too long.
    case stranding(JobID)
    /// An attempt may be slow.
    case slowness(AttemptID, ExecutorID)
  }

  private struct Entry: Comparable {
    let time: Instant
    let number: UInt64
    let item: Item

    static func < (one: Entry, other: Entry) -> Bool {
      (one.time, one.number) < (other.time, other.number)
    }

    static func == (one: Entry, other: Entry) -> Bool { one.number == other.number }
  }

  private var entries = Heap<Entry>()
  private var lastNumber: UInt64 = 0

  var count: Int { entries.count }

  mutating func add(_ item: Item, at time: Instant) {
    lastNumber += 1
    entries.insert(Entry(time: time, number: lastNumber, item: item))
  }

  /// Takes out what is due, in the order of time, then as it was added. O(log n) an item.
  mutating func takeDue(at now: Instant) -> [Item] {
    var due: [Item] = []
    while let first = entries.min, first.time <= now { due.append(entries.removeMin().item) }
    return due
  }
}
