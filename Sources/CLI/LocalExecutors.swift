import Foundation
import Subprocess
import Synchronization
import Wire

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Executor processes of this machine, each replaced when it dies.
///
/// Each holds the reading side of a pipe as stdin, where it finds the cluster's secret, and ends when the writing side,
/// which is ours, closes: also when this process is killed.
final class LocalExecutors: Sendable {
  /// An executor that ends sooner than this did not work at all.
  private static let shortLife = Duration.seconds(2)
  /// The pause before the next one grows with each of them, up to this.
  private static let longestPause = Duration.seconds(2)
  /// How long they have to end by themselves.
  private static let endWait = Duration.seconds(5)

  private let count: Int
  private let arguments: [String]
  private let executable: FilePath
  private let secret: SharedSecret
  private let state = Mutex(State())

  private struct State {
    var isEnding = false
    var processes: Set<pid_t> = []
    /// The writing sides of the pipes of those that run.
    var pipes: Set<CInt> = []
  }

  init(count: Int, arguments: [String], secret: SharedSecret) {
    self.count = count
    self.arguments = arguments
    self.secret = secret
    executable = FilePath("/proc/self/exe").resolvedExecutable
  }

  /// Runs the executors for as long as `body` runs, on a thread of its own.
  func runWhile(_ body: @escaping @Sendable () throws -> Void) async -> Result<Void, any Error> {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<count { group.addTask { await self.keepOneRunning() } }
      let result = await withCheckedContinuation { continuation in
        startThread(named: "client") {
          continuation.resume(returning: Result { try body() })
        }
      }
      endAll()
      let deadline = group.addTaskUnlessCancelled {
        try? await Task.sleep(for: Self.endWait)
        self.killAll()
      }
      for _ in 0..<count { await group.next() }
      if deadline { group.cancelAll() }
      return result
    }
  }

  private func keepOneRunning() async {
    var pause = Duration.zero
    while !isEnding {
      let start = ContinuousClock.now
      let end = await runOne()
      if isEnding { return }
      printError("an executor ended (\(end)); starting another")
      let wasShort = ContinuousClock.now - start < Self.shortLife
      pause = wasShort ? min(max(pause * 2, .milliseconds(50)), Self.longestPause) : .zero
      // The driver ends a job that keeps killing them, or that is left without any for too long.
      try? await Task.sleep(for: pause)
    }
  }

  private var isEnding: Bool { state.withLock { $0.isEnding } }

  private func runOne() async -> String {
    var options = PlatformOptions()
    options.processGroupID = 0
    do {
      let pipe = try openPipe()
      defer { closePipe(pipe.writing) }
      let result = try await Subprocess.run(
        .path(executable), arguments: Arguments(arguments), platformOptions: options,
        input: .fileDescriptor(pipe.reading, closeAfterSpawningProcess: true),
        output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
        error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
      ) { [self] execution in
        let id = execution.processIdentifier.value
        state.withLock { _ = $0.processes.insert(id) }
        return id
      }
      state.withLock { _ = $0.processes.remove(result.closureResult) }
      return "\(result.terminationStatus)"
    } catch {
      return "\(error)"
    }
  }

  /// A pipe with the secret in it, of which no other child inherits a side.
  private func openPipe() throws -> (reading: FileDescriptor, writing: FileDescriptor) {
    var descriptors: [CInt] = [0, 0]
    // Swift has no pipe2, and a pipe that is closed to children afterwards may have met one already.
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &descriptors) == 0 else { throw Errno(rawValue: errno) }
    let pipe = (FileDescriptor(rawValue: descriptors[0]), FileDescriptor(rawValue: descriptors[1]))
    do {
      // It is shorter than what a pipe holds.
      try pipe.1.writeAll("\(secret.text)\n".utf8)
    } catch {
      try? pipe.0.close()
      try? pipe.1.close()
      throw error
    }
    let isEnding = state.withLock { state in
      if !state.isEnding { state.pipes.insert(descriptors[1]) }
      return state.isEnding
    }
    if isEnding { try? pipe.1.close() }
    return pipe
  }

  private func closePipe(_ writing: FileDescriptor) {
    let isOpen = state.withLock { $0.pipes.remove(writing.rawValue) != nil }
    if isOpen { try? writing.close() }
  }

  private func endAll() {
    let pipes = state.withLock { state in
      state.isEnding = true
      defer { state.pipes = [] }
      return state.pipes
    }
    for writing in pipes { try? FileDescriptor(rawValue: writing).close() }
  }

  private func killAll() {
    for process in state.withLock({ $0.processes }) { kill(process, SIGKILL) }
  }
}

extension FilePath {
  /// The program that this process runs, also when it was replaced by a newer one since.
  fileprivate var resolvedExecutable: FilePath {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: string)) ?? string
    return FileManager.default.isExecutableFile(atPath: path) ? FilePath(path) : self
  }
}
