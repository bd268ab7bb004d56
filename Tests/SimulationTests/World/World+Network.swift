import Driver
import Plan

// Frames on their way. Each has its arrival on the agenda, and waits there for whom it is for.

extension World {
  mutating func delay() -> Duration { network.delay(using: &random) }

  mutating func send(_ message: MessageToDriver, on connection: Int) {
    send(.message(message), on: connection, \.toDriver, to: .driver)
  }

  mutating func send(_ message: MessageToExecutor, on connection: Int) {
    send(.message(message), on: connection, \.toExecutor, to: .executor)
  }

  private mutating func send<Message>(
    _ frame: SimulatedNetwork.Frame<Message>, on connection: Int,
    _ lane: WritableKeyPath<SimulatedNetwork.Connection, SimulatedNetwork.Lane<Message>>,
    to end: ConnectionEnd
  ) {
    guard network.connections[connection][keyPath: lane].isWritten else { return }
    let time = agenda.now + delay()
    let arrival = network.connections[connection][keyPath: lane].send(frame, arrivingAt: time)
    agenda.add(.arrival(connection: connection, at: end), at: arrival)
  }

  /// One side reads and writes no more, and the other is told.
  mutating func close(_ connection: Int, by end: ConnectionEnd) {
    switch end {
    case .driver: network.connections[connection].toDriver.isRead = false
    case .executor: network.connections[connection].toExecutor.isRead = false
    }
    hangUp(connection, from: end)
  }

  /// The end of a connection is on its way; at times it takes with it what was sent before and has not arrived.
  mutating func hangUp(_ connection: Int, from end: ConnectionEnd) {
    switch end {
    case .driver: hangUp(connection, \.toExecutor, to: .executor)
    case .executor: hangUp(connection, \.toDriver, to: .driver)
    }
  }

  private mutating func hangUp<Message>(
    _ connection: Int,
    _ lane: WritableKeyPath<SimulatedNetwork.Connection, SimulatedNetwork.Lane<Message>>,
    to end: ConnectionEnd
  ) {
    guard network.connections[connection][keyPath: lane].isWritten else { return }
    let count = network.connections[connection][keyPath: lane].frames.count
    let kept = random.chance(0.5) ? count : Int.random(in: 0...count, using: &random)
    network.connections[connection][keyPath: lane].cut(keeping: kept)
    let arrival = max(
      agenda.now + delay(), network.connections[connection][keyPath: lane].lastArrival)
    agenda.add(.arrival(connection: connection, at: end), at: arrival)
  }

  mutating func arrival(on connection: Int, at end: ConnectionEnd) {
    let ends = network.connections[connection]
    let passage = network.passage(
      between: ends.executorHost, and: SimulatedNetwork.driverHost, at: agenda.now)
    guard passage == agenda.now else {
      agenda.add(.arrival(connection: connection, at: end), at: passage)
      return
    }
    switch end {
    case .driver:
      guard let frame = network.connections[connection].toDriver.frames.popFirst() else { return }
      if driver?.run == ends.driverRun {
        if ends.toDriver.isRead { driverReceives(frame, on: connection) }
      } else if network.hosts[SimulatedNetwork.driverHost].isUp {
        refuse(connection, at: .driver)
      }
    case .executor:
      guard let frame = network.connections[connection].toExecutor.frames.popFirst() else { return }
      if executors[ends.executor] != nil {
        if ends.toExecutor.isRead { executorReceives(frame, ends.executor, on: connection) }
      } else if network.hosts[ends.executorHost].isUp {
        refuse(connection, at: .executor)
      }
    }
  }

  /// A host whose process is gone says so to whoever still sends to it.
  private mutating func refuse(_ connection: Int, at end: ConnectionEnd) {
    switch end {
    case .driver: network.connections[connection].toExecutor.isWritten = true
    case .executor: network.connections[connection].toDriver.isWritten = true
    }
    hangUp(connection, from: end)
  }
}

extension SimulatedNetwork {
  func isPaused(_ host: Int, at now: Instant) -> Bool { hosts[host].pausedUntil > now }
}
