import Driver
import Foundation
import Wire

/// What a driver and the way to it look like from here.
struct DriverChecks {
  /// Beyond it logs of hosts are hard to compare, and certificates may seem not to be valid yet.
  private static let clockTolerance: TimeInterval = 2

  let driver: DriverOption

  func all() -> [Finding] {
    let began = Date()
    let description: Roost_DriverDescription
    do {
      description = try driver.ask {
        $0.describeDriver = .init()
      } expecting: {
        if case .driverDescription(let description) = $0 { description } else { nil }
      }
    } catch let failure as CommandFailure {
      return [.problem("driver", failure.message, "see docs/operations.md, common failures")]
    } catch {
      return [.problem("driver", "\(error)", "see docs/operations.md, common failures")]
    }
    return [
      version(description), state(description), clock(description, asked: began), executors(),
    ]
  }

  private func version(_ driver: Roost_DriverDescription) -> Finding {
    let found = "\(driver.address) on \(driver.host), version \(driver.version)"
    guard driver.version == roostVersion else {
      return .warning(
        "driver", found, "this program is version \(roostVersion): install the same everywhere")
    }
    return .ok("driver", found)
  }

  private func state(_ driver: Roost_DriverDescription) -> Finding {
    guard !driver.stateFolder.isEmpty else {
      return .warning(
        "journal", "the driver has none: it forgets its jobs when it ends",
        "start it with --state-dir")
    }
    return .ok("journal", "\(driver.stateFolder), \(byteText(driver.journalBytes))")
  }

  private func clock(_ driver: Roost_DriverDescription, asked began: Date) -> Finding {
    let ended = Date()
    let theirs = Date(timeIntervalSince1970: Double(driver.nowMilliseconds) / 1000)
    let ahead = max(theirs.timeIntervalSince(ended), 0)
    let behind = max(began.timeIntervalSince(theirs), 0)
    let skew = max(ahead, behind)
    let found = String(format: "%.1f s apart from that of the driver", skew)
    guard skew <= Self.clockTolerance else {
      return .warning(
        "clock", found, "keep the clocks of all hosts right (chrony, systemd-timesyncd)")
    }
    return .ok("clock", found)
  }

  private func executors() -> Finding {
    let list = try? driver.ask {
      $0.listExecutors = .init()
    } expecting: {
      if case .executorList(let list) = $0 { list.executors } else { nil }
    }
    guard let list, !list.isEmpty else {
      return .warning(
        "executors", "none is registered", "start some: roost executor --driver HOST:PORT")
    }
    return .ok("executors", counted(Int64(list.count), "executor"))
  }
}
