import DequeModule
import Driver
import Plan

/// Hosts, what lies between them, and the control connections.
///
/// Within a connection frames keep their order and none comes twice, as TCP has it. What is lost is lost with its
/// connection: the end of a connection may overtake what was on its way. What does not get through waits, as TCP sends
/// again, until the way is open or one side gives up.
struct SimulatedNetwork {
  enum Frame<Message> {
    case message(Message)
    case end
  }

  /// One direction of a connection.
  struct Lane<Message> {
    var frames: Deque<Frame<Message>> = []
    /// Whether the end that receives still reads.
    var isRead = true
    /// Whether the end that sends may still do so.
    var isWritten = true
    var lastArrival: Instant = .zero
  }

  struct Connection {
    let executor: ExecutorID
    let executorHost: Int
    let driverRun: Int
    var toDriver = Lane<MessageToDriver>()
    var toExecutor = Lane<MessageToExecutor>()
  }

  struct Host {
    var isUp = true
    /// Nothing of it runs before (SIGSTOP, or a host that hangs); what comes for it waits.
    var pausedUntil: Instant = .zero
    /// How many times longer everything takes.
    var slowness = 1
  }

  static let driverHost = 0

  var hosts: [Host]
  var connections: [Connection] = []
  /// Until when nothing gets from one host to another, both ways.
  private var blockedUntil: [[Int]: Instant] = [:]
  /// The longest that a message takes, unless it has to wait.
  let longestDelay: Duration

  init(hostCount: Int, longestDelay: Duration) {
    hosts = Array(repeating: Host(), count: hostCount + 1)
    self.longestDelay = longestDelay
  }

  mutating func block(_ one: Int, _ other: Int, until time: Instant) {
    let pair = [min(one, other), max(one, other)]
    blockedUntil[pair] = max(blockedUntil[pair] ?? .zero, time)
  }

  /// When something between two hosts gets through that would else arrive now.
  func passage(between one: Int, and other: Int, at now: Instant) -> Instant {
    max(now, blockedUntil[[min(one, other), max(one, other)]] ?? .zero)
  }

  func delay(using random: inout SeededRandom) -> Duration {
    .microseconds(Int.random(in: 50...Int(longestDelay / .microseconds(1)), using: &random))
  }
}

extension SimulatedNetwork.Lane {
  /// Puts a frame on its way; the time of its arrival.
  mutating func send(_ frame: SimulatedNetwork.Frame<Message>, arrivingAt time: Instant) -> Instant
  {
    frames.append(frame)
    lastArrival = max(lastArrival, time)
    return lastArrival
  }

  /// The connection breaks: only the first `kept` of what is on its way arrive, then the end.
  mutating func cut(keeping kept: Int) {
    // Each frame has its arrival on the agenda; those too many find nothing.
    frames.removeLast(max(0, frames.count - kept))
    frames.append(.end)
    isWritten = false
  }
}
