import Columnar
import Foundation

/// What a host has to have.
enum HostChecks {
  static func all() -> [Finding] { [processor(), libraries(), files(), memory()] }

  /// Whoever sees this has the instructions that it needs: without them no command starts.
  private static func processor() -> Finding {
    let count = ProcessInfo.processInfo.activeProcessorCount
    return .ok("processor", "\(count) of them, with what the kernels need")
  }

  private static func libraries() -> Finding {
    let mend = "install Roost from its package: lib/roost belongs beside bin"
    do {
      try Arrow.load()
    } catch {
      return .problem("libraries", error.message, mend)
    }
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let path = maps.split(separator: "\n").lazy
      .compactMap { $0.split(separator: " ").last.map { String($0) } }
      .first { $0.contains("/libarrow.so") }
    guard let path else {
      return .warning("libraries", "Arrow's library is not where one can see it", mend)
    }
    return .ok("libraries", path)
  }

  private static func files() -> Finding {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let most = limit.rlim_max == .max ? "any number" : "\(limit.rlim_max)"
    guard limit.rlim_max >= 16_384 else {
      return .warning(
        "open files", "a process may have \(most)",
        "raise the hard limit (LimitNOFILE in a unit, /etc/security/limits.conf): a large shuffle has a connection for each pair of executors"
      )
    }
    return .ok("open files", "a process may have \(most)")
  }

  private static func memory() -> Finding {
    let total = HostMemory.byteCount
    let slots = ProcessInfo.processInfo.activeProcessorCount
    let share = HostMemory.share(ofSlots: slots, among: slots).bytes
    // docs/memory.md
    let needed = share + (60 + 116 * slots) << 20
    let found =
      "\(byteText(Int64(total))); an executor of \(slots) slots takes --memory \(byteText(Int64(share))) unless said"
    guard needed <= total else {
      return .warning(
        "memory", found,
        "say --memory: with it, 60 MiB and 116 MiB a slot an executor would pass what there is")
    }
    return .ok("memory", found)
  }
}
