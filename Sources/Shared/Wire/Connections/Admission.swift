/// Which connections a listener lets in, as a value. `ConnectionLimits` are the rules.
package struct Admission {
  package enum Arrival: Hashable {
    case refused
    /// `evicted`: the number of the connection that has to make room.
    case admitted(number: Int, evicted: Int?)
  }

  private let limits: ConnectionLimits
  private var lastNumber = 0
  /// Who has not said hello yet, the oldest first.
  private var strangers: [(number: Int, host: String)] = []
  /// Connections that have said hello, by number and counted by host.
  private var hosts: [Int: String] = [:]
  private var counts: [String: Int] = [:]

  package init(limits: ConnectionLimits) { self.limits = limits }

  package mutating func arrive(from host: String) -> Arrival {
    guard counts[host, default: 0] < limits.perHost else { return .refused }
    lastNumber += 1
    strangers.append((lastNumber, host))
    return .admitted(
      number: lastNumber, evicted: strangers.count > limits.handshakes ? evict() : nil)
  }

  /// A stranger has said hello. False when its host has enough connections already.
  package mutating func welcome(_ number: Int) -> Bool {
    guard let index = strangers.firstIndex(where: { $0.number == number }) else { return false }
    let host = strangers[index].host
    guard counts[host, default: 0] < limits.perHost else { return false }
    strangers.remove(at: index)
    hosts[number] = host
    counts[host, default: 0] += 1
    return true
  }

  /// A connection was closed; one that was evicted may be told of again.
  package mutating func leave(_ number: Int) {
    strangers.removeAll { $0.number == number }
    guard let host = hosts.removeValue(forKey: number), let count = counts[host] else { return }
    counts[host] = count == 1 ? nil : count - 1
  }

  private mutating func evict() -> Int {
    var crowds: [String: Int] = [:]
    for stranger in strangers { crowds[stranger.host, default: 0] += 1 }
    let most = crowds.values.max() ?? 0
    let oldest = strangers.firstIndex { crowds[$0.host] == most } ?? 0
    return strangers.remove(at: oldest).number
  }
}
