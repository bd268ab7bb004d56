import Foundation

/// What this process takes of its host.
package struct ProcessUsage: Hashable, Sendable {
  package var residentBytes: Int64
  /// Of all its threads, in user and system mode.
  package var processorMicroseconds: Int64

  /// Memory is 0 where the kernel does not tell.
  package static var current: ProcessUsage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let times = [usage.ru_utime, usage.ru_stime]
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
      .split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    return ProcessUsage(
      residentBytes: (pages ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))),
      processorMicroseconds: times.reduce(0) { sum, time in
        sum + Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec)
      })
  }
}
