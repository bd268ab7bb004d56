import Columnar
import Foundation
import Glibc
import Plan

/// A process in which the user's functions run, and the messages to and from it. Belongs to one thread at a time.
///
/// `@unchecked Sendable`: workers that wait are handed from one thread to another by the pool, which keeps nothing of them. Only the thread that has
/// it reads and writes; of the progress, which its process writes, it reads whole words.
final class PythonWorker: @unchecked Sendable {
  /// How a wait ended without what was waited for.
  enum Interruption: Error {
    /// The other side of the socket is gone.
    case closed
    /// One group, or batch, took longer than the function may.
    case timeout
    /// What came is no message.
    case malformed(String)
  }

  /// What goes on while a message is waited for.
  struct Watch {
    /// For one group, or one batch.
    var timeout: Duration?
    /// Throws when there is no use in going on.
    var check: () throws -> Void
    /// Takes what the function prints.
    var log: (String) -> Void
  }

  /// No header is longer: the numbers of the rows of a message's groups, or a traceback.
  private static let longestHeader = 64 << 20
  /// Nor is a body: Arrow counts rows of a batch with 32 bits.
  private static let longestBody = 1 << 40
  /// How long the socket may be silent before somebody asks whether the task is still wanted.
  private static let checkInterval: CInt = 100
  private static let pieceByteCount = 256 << 10

  let processID: pid_t
  private let data: CInt
  private let log: CInt
  /// What the worker says that it is doing: the number of the message and that of the group in it.
  private let progress: UnsafeMutableRawPointer
  private static let progressByteCount = 4096
  /// Messages with data since it started.
  private(set) var messageCount: UInt32 = 0
  private var isLogOpen = true
  private var logRest: [UInt8] = []
  private var piece: UnsafeMutableRawBufferPointer

  /// Takes over the descriptors. Throws `PythonError.unexpectedAnswer` when the progress cannot be mapped; they are closed then.
  init(processID: pid_t, data: CInt, progress: CInt, log: CInt) throws(PythonError) {
    self.processID = processID
    self.data = data
    self.log = log
    let memory = mmap(nil, Self.progressByteCount, PROT_READ, MAP_SHARED, progress, 0)
    close(progress)
    guard let memory, memory != MAP_FAILED else {
      close(data)
      close(log)
      throw .unexpectedAnswer("no memory for its progress")
    }
    self.progress = memory
    for descriptor in [data, log] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
    piece = .allocate(byteCount: Self.pieceByteCount, alignment: 64)
  }

  deinit {
    close(data)
    close(log)
    munmap(progress, Self.progressByteCount)
    piece.deallocate()
  }

  /// The group of the present message that the function runs on; nil when it runs on none.
  var runningGroup: Int? {
    let message = progress.load(as: UInt32.self)
    return message == messageCount ? Int(progress.load(fromByteOffset: 4, as: UInt32.self)) : nil
  }

  // MARK: Sending

  func send(
    _ request: PythonRequest, _ bodies: [SerializedBatch], _ watch: Watch
  ) throws {
    let header = try JSONEncoder().encode(request)
    if request.hasData { messageCount &+= 1 }
    var start = Data(capacity: 12 + header.count)
    withUnsafeBytes(of: UInt32(header.count).littleEndian) { start.append(contentsOf: $0) }
    let byteCount = bodies.reduce(0) { $0 + $1.byteCount }
    withUnsafeBytes(of: UInt64(byteCount).littleEndian) { start.append(contentsOf: $0) }
    start.append(header)
    var patience = Patience(watch, self)
    try start.withUnsafeBytes { try send($0, &patience) }
    for body in bodies {
      var offset = 0
      while offset < body.byteCount {
        let count = min(piece.count, body.byteCount - offset)
        let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<count])
        body.copyBytes(from: offset, to: part)
        try send(UnsafeRawBufferPointer(part), &patience)
        offset += count
      }
    }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, _ patience: inout Patience) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.send(data, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, &patience)
      } else if errno != EINTR {
        throw Interruption.closed
      }
    }
  }

  // MARK: Receiving

  /// The next message, with its body where it has one.
  func receive(_ watch: Watch) throws -> (answer: PythonAnswer, body: IncomingBatch?) {
    var patience = Patience(watch, self)
    var lengths = [UInt8](repeating: 0, count: 12)
    try lengths.withUnsafeMutableBytes { try receive(into: $0, &patience) }
    let (headerCount, bodyCount) = lengths.withUnsafeBytes {
      (
        Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))),
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
      )
    }
    guard headerCount <= Self.longestHeader, bodyCount <= Self.longestBody else {
      throw Interruption.malformed("a message of \(headerCount) and \(bodyCount) bytes")
    }
    var header = Data(count: headerCount)
    try header.withUnsafeMutableBytes { try receive(into: $0, &patience) }
    let answer: PythonAnswer
    do {
      answer = try JSONDecoder().decode(PythonAnswer.self, from: header)
    } catch {
      throw Interruption.malformed("\(String(decoding: header.prefix(200), as: UTF8.self))")
    }
    guard bodyCount > 0 else { return (answer, nil) }
    let body: IncomingBatch
    do {
      body = try IncomingBatch(byteCount: Int(bodyCount))
    } catch {
      throw TaskFailure.executorTrouble(
        "there is no memory for \(bodyCount) bytes that a Python function returned")
    }
    while body.missingByteCount > 0 {
      var count = 0
      body.fill { memory in
        count = recv(data, memory.baseAddress, memory.count, 0)
        return max(0, count)
      }
      if count > 0 { continue }
      if count == 0 { throw Interruption.closed }
      try waitAfterFailure(&patience)
    }
    return (answer, body)
  }

  private func receive(
    into memory: UnsafeMutableRawBufferPointer, _ patience: inout Patience
  ) throws {
    var filled = 0
    while filled < memory.count {
      let count = recv(data, memory.baseAddress! + filled, memory.count - filled, 0)
      if count > 0 {
        filled += count
      } else if count == 0 {
        throw Interruption.closed
      } else {
        try waitAfterFailure(&patience)
      }
    }
  }

  private func waitAfterFailure(_ patience: inout Patience) throws {
    switch errno {
    case EAGAIN: try wait(for: POLLIN, &patience)
    case EINTR: break
    default: throw Interruption.closed
    }
  }

  // MARK: Waiting

  /// Since when the worker has been on the same group.
  private struct Patience {
    let watch: Watch
    private var group: UInt64
    private var since = ContinuousClock.now

    init(_ watch: Watch, _ worker: PythonWorker) {
      self.watch = watch
      group = worker.progress.load(as: UInt64.self)
    }

    /// How long it has been on it; `group` is what the worker is on now.
    mutating func time(on group: UInt64) -> Duration {
      let now = ContinuousClock.now
      if group != self.group {
        self.group = group
        since = now
      }
      return now - since
    }
  }

  private func wait(for event: CInt, _ patience: inout Patience) throws {
    var descriptors = [pollfd(fd: data, events: Int16(event), revents: 0)]
    if isLogOpen { descriptors.append(pollfd(fd: log, events: Int16(POLLIN), revents: 0)) }
    let count = poll(&descriptors, nfds_t(descriptors.count), Self.checkInterval)
    if descriptors.count > 1, descriptors[1].revents != 0 { readLog(to: patience.watch.log) }
    if count > 0, descriptors[0].revents != 0 { return }
    try patience.watch.check()
    let time = patience.time(on: progress.load(as: UInt64.self))
    if let timeout = patience.watch.timeout, time > timeout { throw Interruption.timeout }
  }

  /// Takes what the function has printed so far.
  func readLog(to log: (String) -> Void) {
    while isLogOpen {
      let count = read(self.log, piece.baseAddress, min(piece.count, 64 << 10))
      if count > 0 {
        logRest.append(contentsOf: piece[..<count])
        // A character may come in two pieces: whole lines are whole characters.
        if let end = logRest.lastIndex(of: UInt8(ascii: "\n")) {
          log(String(decoding: logRest[...end], as: UTF8.self))
          logRest.removeSubrange(...end)
        } else if logRest.count > 64 << 10 {
          flushLog(to: log)
        }
      } else if count < 0, errno == EINTR {
        continue
      } else {
        if count == 0 || errno != EAGAIN { isLogOpen = false }
        return
      }
    }
  }

  /// Takes also a last line that has no end yet.
  func flushLog(to log: (String) -> Void) {
    if logRest.isEmpty { return }
    log(String(decoding: logRest, as: UTF8.self))
    logRest = []
  }
}
