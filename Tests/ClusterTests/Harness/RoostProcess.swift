import Foundation

/// A process, the built `roost` unless said otherwise, in a process group of its own; stdout and stderr go to files,
/// so that nothing blocks when nobody reads them.
final class RoostProcess: Sendable {
  /// How a process ended, with all that it said.
  struct Ending: Sendable {
    /// 128 and the signal's number when a signal ended it, as in a shell.
    var code: Int32
    var stdout: String
    var stderr: String
  }

  /// The program that `swift build -c release` leaves.
  static let executable = packageRoot.appendingPathComponent(".build/release/roost").path

  let id: pid_t
  let arguments: [String]
  private let stdoutPath: String
  private let stderrPath: String
  private let status: Exit

  /// `folder` gets the files of stdout and stderr.
  init(
    program: String = RoostProcess.executable, _ arguments: [String], in folder: TemporaryFolder,
    environment: [String: String] = [:]
  ) throws {
    self.arguments = arguments
    let name = "process-\(folder.nextNumber())"
    stdoutPath = folder.path("\(name).stdout")
    stderrPath = folder.path("\(name).stderr")
    id = try spawn(
      program, arguments, stdout: stdoutPath, stderr: stderrPath, environment: environment)
    status = Exit(id)
  }

  var stdout: String { (try? String(contentsOfFile: stdoutPath, encoding: .utf8)) ?? "" }
  var stderr: String { (try? String(contentsOfFile: stderrPath, encoding: .utf8)) ?? "" }
  var isRunning: Bool { status.poll() == nil }

  /// To this process alone, not to its children.
  func signal(_ number: Int32) {
    if isRunning { kill(id, number) }
  }

  /// To all processes of its group.
  func signalGroup(_ number: Int32) { kill(-id, number) }

  func wait(seconds: Double = 60) async throws -> Ending {
    try await until("'\(arguments.joined(separator: " "))' has ended", seconds: seconds) {
      !self.isRunning
    }
    return Ending(code: status.poll() ?? -1, stdout: stdout, stderr: stderr)
  }

  /// Blocks until it has ended; its exit code.
  func waitBlocking() -> Int32 {
    status.wait()
    return status.poll() ?? -1
  }

  /// Ends it, whatever it is doing, and waits until it is gone.
  func end() {
    guard isRunning else { return }
    signalGroup(SIGCONT)
    signalGroup(SIGKILL)
    status.wait()
  }
}

/// The exit status of a child, asked of the kernel until it is known: it can be collected only once.
private final class Exit: @unchecked Sendable {
  // Guarded by `lock`.
  private var code: Int32?
  private let lock = NSLock()
  private let id: pid_t

  init(_ id: pid_t) { self.id = id }

  func poll() -> Int32? { collect(WNOHANG) }

  func wait() { _ = collect(0) }

  private func collect(_ options: Int32) -> Int32? {
    lock.lock()
    defer { lock.unlock() }
    if code != nil { return code }
    var status: Int32 = 0
    var result: pid_t
    repeat { result = waitpid(id, &status, options) } while result < 0 && errno == EINTR
    guard result == id else { return nil }
    let signal = status & 0x7f
    code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
    return code
  }
}

struct SpawnError: Error {
  var program: String
  var reason: String
}

/// Starts a program in a process group of its own with no input.
private func spawn(
  _ program: String, _ arguments: [String], stdout: String, stderr: String,
  environment added: [String: String]
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  let writing = O_WRONLY | O_CREAT | O_TRUNC
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, stdout, writing, 0o600)
  posix_spawn_file_actions_addopen(&actions, 2, stderr, writing, 0o600)

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  posix_spawnattr_setpgroup(&attributes, 0)
  // Whatever the test process ignores or blocks.
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  sigfillset(&signals)
  posix_spawnattr_setsigdefault(&attributes, &signals)
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

  let environment = ProcessInfo.processInfo.environment
    .filter { !$0.key.hasPrefix("ROOST_") }
    .merging(added) { $1 }
  var names = ([program] + arguments).map { strdup($0) } + [nil]
  var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { for text in names + variables { free(text) } }
  var id: pid_t = 0
  let error = posix_spawn(&id, program, &actions, &attributes, &names, &variables)
  guard error == 0 else {
    throw SpawnError(program: program, reason: String(cString: strerror(error)))
  }
  return id
}
