import Plan

/// Jobs that have a task to launch, the one with the fewest running tasks first, among equals the earliest.
struct JobQueue: Sendable {
  private struct Entry: Comparable {
    var runningCount: Int
    var job: JobID

    static func < (one: Entry, other: Entry) -> Bool {
      (one.runningCount, one.job) < (other.runningCount, other.job)
    }
  }

  private var entries: [Entry] = []
  /// With what count each job stands in `entries`; looked up, never iterated.
  private var runningCounts: [JobID: Int] = [:]

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }

  /// Whether a job other than this one waits.
  func holdsAnother(than job: JobID) -> Bool {
    count > (runningCounts[job] == nil ? 0 : 1)
  }

  subscript(position: Int) -> JobID { entries[position].job }

  /// Puts a job where it belongs; nil takes it out.
  mutating func place(_ job: JobID, runningCount: Int?) {
    let old = runningCounts[job]
    guard old != runningCount else { return }
    runningCounts[job] = runningCount
    if let old { entries.remove(at: position(of: Entry(runningCount: old, job: job))) }
    if let runningCount {
      let entry = Entry(runningCount: runningCount, job: job)
      entries.insert(entry, at: position(of: entry))
    }
  }

  /// Of the first entry that is not before this one.
  private func position(of entry: Entry) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle] < entry { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
