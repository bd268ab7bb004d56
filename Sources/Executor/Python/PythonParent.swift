import Descriptors
import Foundation
import Glibc
import Subprocess
import Synchronization
import Wire

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A Python process that has imported what workers need and makes them: a fork of it takes milliseconds, where a new
/// interpreter takes as long as its imports. Safe to use from any thread; requests wait for each other.
///
/// It and all its workers end when the socket to it closes, also when this process is killed.
final class PythonParent: Sendable {
  private static let longestAnswer = 64 << 10
  /// How long an interpreter may take to start and import: a cold disk is slow.
  private static let startLimit = Duration.seconds(120)
  /// A fork, or the end of a process.
  private static let answerLimit = Duration.seconds(30)

  private let path: String
  private let socket: CInt
  private let state = Mutex(State())

  private struct State {
    /// Nothing works any more.
    var isBroken = false
    /// Why it could not be spawned.
    var spawnFailure: String?
  }

  /// Starts the interpreter at `path` with the program `script` and waits until it is ready. Throws `PythonError.interpreter`, and
  /// what `check` throws.
  init(
    interpreter path: String, script: String, environment: [String: String], user: FileOwner?,
    check: () throws -> Void
  ) throws {
    self.path = path
    var sockets: [CInt] = [0, 0]
    let kind = CInt(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else {
      throw PythonError.interpreter(path: path, reason: String(cString: strerror(errno)))
    }
    socket = sockets[0]
    spawn(script: script, environment: environment, user: user, input: sockets[1])
    do {
      let (answer, descriptors) = try receive(within: Self.startLimit, check: check)
      for descriptor in descriptors { close(descriptor) }
      guard answer.ready != nil else {
        throw PythonError.interpreter(path: path, reason: answer.failed ?? "it is not ready")
      }
    } catch {
      state.withLock { $0.isBroken = true }
      throw error
    }
  }

  deinit { close(socket) }

  /// Whether it can be asked for workers.
  var isUsable: Bool { state.withLock { !$0.isBroken } }

  /// A new worker, whose functions run in `folder`. Throws `PythonError`.
  func makeWorker(folder: String) throws -> PythonWorker {
    let (answer, descriptors) = try ask(.start(PythonParentRequest.Start(folder: folder)))
    guard let worker = answer.worker, descriptors.count == 3 else {
      for descriptor in descriptors { close(descriptor) }
      throw PythonError.interpreter(path: path, reason: answer.failed ?? "it made no worker")
    }
    return try PythonWorker(
      processID: worker.pid, data: descriptors[0], progress: descriptors[1], log: descriptors[2])
  }

  /// Ends a worker, with all processes that it has started, unless it has ended by itself; returns how it ended.
  func end(_ worker: PythonWorker) -> PythonProcessEnd {
    let request = PythonParentRequest.end(PythonParentRequest.End(pid: worker.processID))
    guard let (answer, descriptors) = try? ask(request) else { return .unknown }
    for descriptor in descriptors { close(descriptor) }
    if let signal = answer.ended?.signal { return .signal(signal) }
    return answer.ended?.code.map { .exit($0) } ?? .unknown
  }

  // MARK: Messages

  private func ask(
    _ request: PythonParentRequest
  ) throws -> (answer: PythonParentAnswer, descriptors: [CInt]) {
    let bytes = try JSONEncoder().encode(request)
    return try state.withLock { state in
      guard !state.isBroken else {
        throw PythonError.interpreter(path: path, reason: "it has ended")
      }
      do {
        let sent = bytes.withUnsafeBytes {
          Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        guard sent == bytes.count else {
          throw PythonError.interpreter(path: path, reason: "it has ended")
        }
        return try receive(within: Self.answerLimit, check: {})
      } catch {
        state.isBroken = true
        throw error
      }
    }
  }

  private func receive(
    within limit: Duration, check: () throws -> Void
  ) throws -> (answer: PythonParentAnswer, descriptors: [CInt]) {
    let start = ContinuousClock.now
    while true {
      var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, 100) > 0 { break }
      try check()
      guard .now - start < limit else {
        throw PythonError.interpreter(
          path: path, reason: "it did not answer within \(limit.seconds) s")
      }
    }
    var bytes = [UInt8](repeating: 0, count: Self.longestAnswer)
    var descriptors: [CInt] = [-1, -1, -1]
    var count: CInt = 0
    let received = roost_receive_descriptors(
      socket, &bytes, bytes.count, &descriptors, CInt(descriptors.count), &count)
    let found = Array(descriptors.prefix(Int(count)))
    guard received > 0,
      let answer = try? JSONDecoder().decode(
        PythonParentAnswer.self, from: Data(bytes.prefix(received)))
    else {
      for descriptor in found { close(descriptor) }
      throw PythonError.interpreter(
        path: path, reason: spawnFailure ?? "it ended; what it said is in the executor's log")
    }
    return (answer, found)
  }

  private var spawnFailure: String? {
    // `ask` holds the lock while it receives; a failure to spawn is only looked for by `init`.
    state.withLockIfAvailable { $0.spawnFailure } ?? nil
  }

  // MARK: The process

  /// What runs a program as another user; part of every Debian system. A child that was forked off a process with threads
  /// must not change its user itself: that waits for threads which are not there.
  private static func userChanger(to user: FileOwner) -> [String] {
    [
      "/usr/bin/setpriv", "--reuid", "\(user.user)", "--regid", "\(user.group)",
      "--clear-groups",
    ]
  }

  private func spawn(
    script: String, environment: [String: String], user: FileOwner?, input: CInt
  ) {
    var options = PlatformOptions()
    options.processGroupID = 0
    let program = user.map { Self.userChanger(to: $0) + [path, script] } ?? [path, script]
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      if let key = Environment.Key(rawValue: name) { variables[key] = value }
    }
    let platformOptions = options
    let custom = Environment.custom(variables)
    Task { [weak self] in
      do {
        _ = try await Subprocess.run(
          .path(FilePath(program[0])), arguments: Arguments(Array(program.dropFirst())),
          environment: custom, platformOptions: platformOptions,
          input: .fileDescriptor(
            FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
          output: .fileDescriptor(.standardError, closeAfterSpawningProcess: false),
          error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
      } catch {
        guard let self else { return }
        state.withLock { $0.spawnFailure = "\(error)" }
        // Who waits for its first word gets the end.
        shutdown(socket, CInt(SHUT_RDWR))
      }
    }
  }
}
