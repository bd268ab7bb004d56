import Driver
import HeapModule

/// What is going to happen, by the virtual clock. What falls on one moment happens in the order in which it was put
/// down, so that a seed has one history.
struct Agenda {
  private struct Entry: Comparable {
    let time: Instant
    let order: Int
    let happening: Happening

    static func < (one: Entry, other: Entry) -> Bool {
      (one.time, one.order) < (other.time, other.order)
    }

    static func == (one: Entry, other: Entry) -> Bool { one.order == other.order }
  }

  private var entries = Heap<Entry>()
  private(set) var addedCount = 0
  private(set) var now: Instant = .zero

  mutating func add(_ happening: Happening, at time: Instant) {
    addedCount += 1
    entries.insert(Entry(time: max(time, now), order: addedCount, happening: happening))
  }

  mutating func add(_ happening: Happening, after delay: Duration) {
    add(happening, at: now + delay)
  }

  /// The next, with the clock put forward to it.
  mutating func next() -> Happening? {
    guard let entry = entries.popMin() else { return nil }
    now = entry.time
    return entry.happening
  }
}
