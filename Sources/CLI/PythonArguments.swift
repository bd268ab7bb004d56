import ArgumentParser
import Executor
import Foundation

/// How the executors of a command run the user's functions in Python.
struct PythonArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The Python of jobs that name none; python3 on PATH unless said.", valueName: "path"))
  var python: String?

  @Option(
    help: ArgumentHelp("Run Python functions as this user; needs root.", valueName: "name"))
  var pythonUser: String?

  @Option(
    help: ArgumentHelp(
      """
      Where the virtual environments of jobs with 'requirements' are kept; \
      $XDG_CACHE_HOME/roost/environments or ~/.cache/roost/environments unless said.
      """, valueName: "folder"))
  var pythonCache: String?

  /// The first option that was said; nil when none was.
  var stated: String? {
    [("--python", python), ("--python-user", pythonUser), ("--python-cache", pythonCache)]
      .first { $0.1 != nil }?.0
  }

  /// As an executor is told them.
  var arguments: [String] {
    [("--python", python), ("--python-user", pythonUser), ("--python-cache", pythonCache)]
      .flatMap { name, value in value.map { [name, $0] } ?? [] }
  }

  /// Throws `CommandFailure` for an interpreter that is not there, and for a user that is not there or that this process cannot become.
  func check() throws {
    if let python, python.contains("/"), access(python, X_OK) != 0 {
      throw CommandFailure(.wrongUse, "--python: there is no program \(python)")
    }
    if let pythonUser {
      guard getpwnam(pythonUser) != nil else {
        throw CommandFailure(.wrongUse, "--python-user: this host has no user '\(pythonUser)'")
      }
      guard geteuid() == 0 else {
        throw CommandFailure(
          .wrongUse,
          "--python-user is \(pythonUser), and only root can run something as another user: "
            + "start as root, or leave it out")
      }
    }
  }

  var options: PythonOptions {
    PythonOptions(interpreter: interpreter, user: pythonUser, cacheFolder: cacheFolder)
  }

  /// Workers have a working folder of their own.
  private var interpreter: String {
    guard let python else { return "python3" }
    return python.contains("/") ? URL(fileURLWithPath: python).path : python
  }

  private var cacheFolder: URL {
    if let pythonCache { return URL(fileURLWithPath: pythonCache) }
    let stated = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
    let cache =
      // As the convention has it, one that is not absolute does not count.
      stated.hasPrefix("/")
      ? URL(fileURLWithPath: stated)
      : FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return cache.appendingPathComponent("roost/environments")
  }
}
