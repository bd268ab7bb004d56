import Columnar
import Plan

/// Why a Python function gave no result. What it means for the job follows from the case: the user's code is to blame for
/// `failed`; the others are the executor's trouble, which another one may not have.
enum PythonError: Error, Sendable {
  /// The executor was started without leave to run Python.
  case notAllowed
  /// The interpreter does not start, or lacks what workers need.
  case interpreter(path: String, reason: String)
  /// The requirements could not be installed.
  case requirements([String], reason: String)
  /// The program of workers cannot be written.
  case program(reason: String)
  /// There is no such user on this host.
  case unknownUser(String)
  /// What the function did, or what became of its process, on the group of these keys; nil when it was on none.
  case failed(function: String, keys: [GroupKey]?, PythonFailure)
  /// Its process ended by what the function cannot be blamed for, more than once.
  case workerLost(function: String, keys: [GroupKey]?, PythonProcessEnd)
  /// A worker says what it should not.
  case unexpectedAnswer(String)
}

/// A key of a group for people.
struct GroupKey: Hashable, Sendable {
  var name: String
  var value: Scalar
}

/// What a function did wrong.
enum PythonFailure: Hashable, Sendable {
  /// With the traceback as Python prints it; empty where there is none.
  case exception(message: String, traceback: String)
  case timeout(Duration)
  case ended(PythonProcessEnd)

  /// One or more lines, which stand in the column `error` of a group that is recorded.
  var text: String {
    switch self {
    case .exception(let message, let traceback):
      traceback.isEmpty ? message : "\(message)\n\(traceback)"
    case .timeout(let limit): "it took longer than \(limit), its 'timeout'"
    case .ended(let end): "its process ended: \(end)"
    }
  }
}

/// How a process ended.
enum PythonProcessEnd: Hashable, Sendable, CustomStringConvertible {
  case exit(Int)
  /// By its name: `SIGSEGV`.
  case signal(String)
  /// Its parent is gone, too.
  case unknown

  /// Whether somebody else ended it: the operating system that is short of memory, or a person.
  var isFromOutside: Bool {
    switch self {
    case .exit: false
    case .signal(let name): ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"].contains(name)
    case .unknown: true
    }
  }

  var description: String {
    switch self {
    case .exit(let code): "exit code \(code)"
    case .signal("SIGKILL"): "SIGKILL, as the operating system sends it where memory is short"
    case .signal(let name): name
    case .unknown: "nobody knows how"
    }
  }
}

extension PythonError: CustomStringConvertible {
  var description: String {
    switch self {
    case .notAllowed:
      "this executor does not run Python functions: start it with --allow-python"
    case .interpreter(let path, let reason): "Python does not work with '\(path)': \(reason)"
    case .requirements(let requirements, let reason):
      "'\(requirements.joined(separator: " "))' cannot be installed: \(reason)"
    case .program(let reason): "the program of Python workers cannot be written: \(reason)"
    case .unknownUser(let name): "there is no user '\(name)' on this host"
    case .failed(let function, let keys, let failure):
      "\(function) failed\(Self.text(keys)): \(failure.text)"
    case .workerLost(let function, let keys, let end):
      "the process of \(function) ended\(Self.text(keys)): \(end)"
    case .unexpectedAnswer(let message): "a Python worker answered nonsense: \(message)"
    }
  }

  private static func text(_ keys: [GroupKey]?) -> String {
    guard let keys, !keys.isEmpty else { return "" }
    return " for " + keys.map { "\($0.name) = \($0.value.shortText)" }.joined(separator: ", ")
  }
}
