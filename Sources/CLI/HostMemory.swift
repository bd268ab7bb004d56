import Foundation
import Plan

/// The memory of the machine or container that this process runs on.
enum HostMemory {
  /// Bytes: of the machine, or what its container may use when that is less.
  static var byteCount: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    // As a container sees its own limit, in the second version of control groups and in the first.
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
      .compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      .compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return limits.reduce(machine, min)
  }

  /// What an executor may fill with blocks unless it is told: half of all memory goes to all slots of the host, of
  /// which there are as many as processors or more.
  static func share(ofSlots slots: Int, among allSlots: Int) -> ByteSize {
    let count = max(allSlots, ProcessInfo.processInfo.activeProcessorCount, 1)
    return ByteSize(bytes: max(1, byteCount / 2 / count * slots))
  }
}
