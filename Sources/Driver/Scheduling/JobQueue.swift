import Plan

/// Jobs that have a task to launch: the one with the fewest running tasks first, among equals the one whose last launch
/// is the longest ago. Without the second, jobs that outnumber the slots would wait for the end of those before them.
struct JobQueue: Sendable {
  private struct Entry: Comparable {
    var runningCount: Int
    var lastLaunch: UInt64
    var job: JobID

    static func < (one: Entry, other: Entry) -> Bool {
      (one.runningCount, one.lastLaunch, one.job) < (
        other.runningCount, other.lastLaunch, other.job
      )
    }
  }

  private var entries: [Entry] = []
  /// How each job stands in `entries`; looked up, never iterated.
  private var standings: [JobID: Entry] = [:]

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }

  /// Whether a job other than this one waits.
  func holdsAnother(than job: JobID) -> Bool {
    count > (standings[job] == nil ? 0 : 1)
  }

  subscript(position: Int) -> JobID { entries[position].job }

  /// Puts a job where it belongs. `lastLaunch` grows from launch to launch, over all jobs; 0 before the first.
  mutating func place(_ job: JobID, runningCount: Int, lastLaunch: UInt64) {
    let entry = Entry(runningCount: runningCount, lastLaunch: lastLaunch, job: job)
    guard standings[job] != entry else { return }
    remove(job)
    standings[job] = entry
    entries.insert(entry, at: position(of: entry))
  }

  mutating func remove(_ job: JobID) {
    if let entry = standings.removeValue(forKey: job) { entries.remove(at: position(of: entry)) }
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
