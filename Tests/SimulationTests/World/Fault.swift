import Driver
import Plan

/// What goes wrong, on a victim that is drawn when it does.
enum Fault: CaseIterable {
  case executorDies
  case executorHostDies
  case executorHangs
  case executorIsAskedToLeave
  case connectionBreaks
  case executorIsCutOff
  case executorsAreCutOff
  case diskFills
  case blockIsDamaged
  case driverDies
  case driverHostDies
  case driverHangs
}

extension World {
  mutating func happen(_ fault: Fault) {
    switch fault {
    case .driverDies, .driverHostDies:
      guard driver != nil else { return }
      endDriver(withHost: fault == .driverHostDies)
      agenda.add(.driverStarts, after: .milliseconds(Int.random(in: 100...10_000, using: &random)))
    case .driverHangs: hang(host: SimulatedNetwork.driverHost)
    case .executorsAreCutOff:
      let hosts = (1..<network.hosts.count).shuffled(using: &random).prefix(2)
      guard hosts.count == 2 else { return }
      cut(hosts[0], from: hosts[1])
    case .executorDies, .executorHostDies, .executorHangs, .executorIsAskedToLeave,
      .connectionBreaks, .executorIsCutOff,
      .diskFills, .blockIsDamaged:
      guard let victim = executors.keys.randomElement(using: &random) else { return }
      happen(fault, to: victim)
    }
  }

  private mutating func happen(_ fault: Fault, to id: ExecutorID) {
    let host = executors[id]!.host
    switch fault {
    case .executorDies: die(id, withHost: false)
    case .executorHostDies: die(id, withHost: true)
    case .executorHangs: hang(host: host)
    case .executorIsAskedToLeave: askToLeave(id)
    case .connectionBreaks:
      guard let connection = executors[id]!.connection else { return }
      note("connection \(connection) of \(id) breaks")
      hangUp(connection, from: .driver)
      hangUp(connection, from: .executor)
    case .executorIsCutOff: cut(host, from: SimulatedNetwork.driverHost)
    case .diskFills:
      note("the disk of \(id) is full")
      executors[id]!.diskFullUntil = endOfTrouble(within: .seconds(10))
    case .blockIsDamaged:
      if let what = executors[id]!.store.damage(using: &random) {
        note("\(id) finds \(what) damaged")
      }
    default: break
    }
  }

  private mutating func die(_ id: ExecutorID, withHost isHostDown: Bool) {
    let host = executors[id]!.host
    if isHostDown { network.hosts[host].isUp = false }
    endExecutor(id, isHostDown ? "its host dies" : "kill -9")
    // Another takes its place soon, or not before the faults have ended.
    if random.chance(0.85) {
      agenda.add(
        .executorStarts(host: host),
        after: .milliseconds(Int.random(in: 100...5_000, using: &random)))
    }
  }

  private mutating func hang(host: Int) {
    network.hosts[host].pausedUntil = endOfTrouble(within: .seconds(25))
    note("host \(host) hangs until \(network.hosts[host].pausedUntil)")
  }

  private mutating func cut(_ one: Int, from other: Int) {
    let end = endOfTrouble(within: .seconds(25))
    network.block(one, other, until: end)
    note("hosts \(one) and \(other) do not hear each other until \(end)")
  }

  private mutating func endOfTrouble(within longest: Duration) -> Instant {
    let longest = Int(longest / .milliseconds(1))
    let end = agenda.now + .milliseconds(Int.random(in: 50...longest, using: &random))
    return max(agenda.now, min(end, conditions.faultsEnd))
  }

  /// Everything heals: what is still going to happen is what healthy processes do.
  mutating func heal() {
    note("the faults have ended")
    conditions.failureRate = 0
    conditions.fetchBreakRate = 0
    conditions.commitFailureRate = 0
    for host in network.hosts.indices {
      network.hosts[host].isUp = true
      network.hosts[host].slowness = 1
    }
    for host in network.hosts.indices.dropFirst() {
      agenda.add(.executorStarts(host: host), after: .seconds(1))
    }
    agenda.add(.driverStarts, after: .seconds(1))
  }
}
