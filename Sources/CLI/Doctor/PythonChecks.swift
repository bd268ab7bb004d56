import Foundation
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// The interpreter that would run the functions of jobs.
struct PythonChecks {
  private static let deadline = Duration.seconds(20)

  /// A path, or a name on PATH.
  let interpreter: String

  func all() async -> [Finding] {
    let program = """
      import sys
      print("Python", ".".join(map(str, sys.version_info[:3])))
      for name in ("pyarrow", "pandas", "numpy"):
          try:
              print(name, __import__(name).__version__)
          except Exception as error:
              print(name, "-", type(error).__name__)
      """
    let executable: Executable =
      interpreter.contains("/") ? .path(FilePath(interpreter)) : .name(interpreter)
    do {
      let text = try await withDeadline(Self.deadline) {
        try await Subprocess.run(
          executable, arguments: ["-c", program], output: .string(limit: 10_000),
          error: .discarded
        ).standardOutput
      }
      return findings(text.split(separator: "\n").map { String($0) })
    } catch {
      return [
        .warning(
          "Python", "\(interpreter) cannot be run: \(error)",
          "install Python 3 with pyarrow and pandas, or say --python; only jobs with functions need it"
        )
      ]
    }
  }

  private func findings(_ lines: [String]) -> [Finding] {
    guard let version = lines.first, version.hasPrefix("Python 3") else {
      return [
        .warning(
          "Python", "\(interpreter) is \(lines.first ?? "silent")",
          "say --python with a Python 3; only jobs with functions need it")
      ]
    }
    let missing = lines.dropFirst().filter { $0.contains(" - ") }
      .compactMap { $0.split(separator: " ").first }
    let found = ([version] + lines.dropFirst().filter { !$0.contains(" - ") })
      .joined(separator: ", ")
    guard missing.isEmpty else {
      return [
        .warning(
          "Python", found,
          "\(interpreter) -m pip install \(missing.joined(separator: " ")); only jobs with functions need it"
        )
      ]
    }
    return [.ok("Python", found)]
  }

  private struct DeadlinePassed: Error, CustomStringConvertible {
    let description = "it did not end in time"
  }

  private func withDeadline<Result: Sendable>(
    _ time: Duration, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask(operation: body)
      group.addTask {
        try await Task.sleep(for: time)
        throw DeadlinePassed()
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() else { throw DeadlinePassed() }
      return result
    }
  }
}
