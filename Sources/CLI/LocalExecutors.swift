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
/// They hold the reading side of a pipe as stdin and end when the writing side, which is ours, closes: also when this
/// process is killed.
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
  private let readingSide: FileDescriptor
  private let writingSide: FileDescriptor
  private let isEnding = Atomic<Bool>(false)
  private let processes = Mutex<Set<pid_t>>([])

  init(count: Int, arguments: [String]) throws {
    self.count = count
    self.arguments = arguments
    executable = FilePath("/proc/self/exe").resolvedExecutable
    var descriptors: [Int32] = [0, 0]
    // Of the children none may keep the writing side open.
    guard pipe(&descriptors) == 0, fcntl(descriptors[0], F_SETFD, FD_CLOEXEC) == 0,
      fcntl(descriptors[1], F_SETFD, FD_CLOEXEC) == 0
    else {
      throw CommandFailure(.failed, "cannot make a pipe: \(String(cString: strerror(errno)))")
    }
    readingSide = FileDescriptor(rawValue: descriptors[0])
    writingSide = FileDescriptor(rawValue: descriptors[1])
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
      isEnding.store(true, ordering: .sequentiallyConsistent)
      try? writingSide.close()
      let deadline = group.addTaskUnlessCancelled {
        try? await Task.sleep(for: Self.endWait)
        self.killAll()
      }
      for _ in 0..<count { await group.next() }
      if deadline { group.cancelAll() }
      try? readingSide.close()
      return result
    }
  }

  private func keepOneRunning() async {
    var pause = Duration.zero
    while !isEnding.load(ordering: .sequentiallyConsistent) {
      let start = ContinuousClock.now
      let end = await runOne()
      if isEnding.load(ordering: .sequentiallyConsistent) { return }
      printError("an executor ended (\(end)); starting another")
      let wasShort = ContinuousClock.now - start < Self.shortLife
      pause = wasShort ? min(max(pause * 2, .milliseconds(50)), Self.longestPause) : .zero
      // The driver ends a job that keeps killing them, or that is left without any for too long.
      try? await Task.sleep(for: pause)
    }
  }

  private func runOne() async -> String {
    var options = PlatformOptions()
    options.processGroupID = 0
    do {
      let result = try await Subprocess.run(
        .path(executable), arguments: Arguments(arguments), platformOptions: options,
        input: .fileDescriptor(readingSide, closeAfterSpawningProcess: false),
        output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
        error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
      ) { [self] execution in
        let id = execution.processIdentifier.value
        processes.withLock { _ = $0.insert(id) }
        return id
      }
      processes.withLock { _ = $0.remove(result.closureResult) }
      return "\(result.terminationStatus)"
    } catch {
      return "\(error)"
    }
  }

  private func killAll() {
    for process in processes.withLock({ $0 }) { kill(process, SIGKILL) }
  }
}

extension FilePath {
  /// The program that this process runs, also when it was replaced by a newer one since.
  fileprivate var resolvedExecutable: FilePath {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: string)) ?? string
    return FileManager.default.isExecutableFile(atPath: path) ? FilePath(path) : self
  }
}
