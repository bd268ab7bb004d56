import Foundation
import Subprocess
import Synchronization
import Wire

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A program that is run to its end while the thread of a task waits.
struct PythonCommand {
  struct Failure: Error {
    /// What it said last, for people.
    var text: String
  }

  var path: String
  var arguments: [String]

  private static let longestOutput = 1 << 20

  /// What it writes, when it ends with success. Throws `Failure`, also when it takes too long, and what `check` throws; the program has ended
  /// then.
  func output(within limit: Duration, check: () throws -> Void) throws -> String {
    let outcome = Outcome()
    let (path, arguments) = (self.path, self.arguments)
    var options = PlatformOptions()
    options.processGroupID = 0
    let platformOptions = options
    let run = Task {
      do {
        let result = try await Subprocess.run(
          .path(FilePath(path)), arguments: Arguments(arguments),
          platformOptions: platformOptions,
          output: .string(limit: Self.longestOutput), error: .combinedWithOutput)
        let text = result.standardOutput
        outcome.end(
          result.terminationStatus.isSuccess
            ? .success(text) : .failure(Failure(text: Self.lastLines(of: text))))
      } catch {
        outcome.end(.failure(Failure(text: "\(path): \(error)")))
      }
    }
    let start = ContinuousClock.now
    while !outcome.wait(seconds: 0.1) {
      do {
        try check()
        guard .now - start < limit else {
          throw Failure(text: "\(path) did not end within \(limit.seconds) s")
        }
      } catch {
        run.cancel()
        // What was asked for too much output ends by itself; nobody waits for more than its end.
        _ = outcome.wait(seconds: 10)
        throw error
      }
    }
    return try outcome.result.get()
  }

  private static func lastLines(of text: String) -> String {
    let lines = text.split(separator: "\n").suffix(20)
    return lines.joined(separator: "\n")
  }

  /// What has become of it, for a thread that waits.
  private final class Outcome: Sendable {
    private let state = Mutex<Result<String, Failure>?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    func end(_ result: Result<String, Failure>) {
      state.withLock { $0 = result }
      semaphore.signal()
    }

    func wait(seconds: Double) -> Bool {
      if state.withLock({ $0 != nil }) { return true }
      return semaphore.wait(timeout: .now() + seconds) == .success
    }

    var result: Result<String, Failure> {
      state.withLock { $0 } ?? .failure(Failure(text: "it has not ended"))
    }
  }
}
