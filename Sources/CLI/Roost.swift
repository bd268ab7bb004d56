import ArgumentParser
import Foundation
import Wire

@main
struct Roost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost",
    abstract: "Trains many models at once, on one host or many.",
    version: roostVersion,
    // Each says its name: one that is made from the name of its type costs a look at all types at every start.
    subcommands: [
      Run.self, Predict.self, Show.self, DriverCommand.self, ExecutorCommand.self, Submit.self,
      Jobs.self, JobCommand.self, Logs.self, Trace.self, Diff.self,
      Cancel.self, Executors.self, Drain.self, Cached.self, Drop.self, Explain.self, Validate.self,
      Certs.self, Top.self, Doctor.self, ConfigCommand.self, Completions.self, Man.self,
    ])

  static func main() async {
    ignoreBrokenPipes()
    requireProcessor()
    var configured: [Configuration.Setting] = []
    do {
      var command = try parseAsRoot(arguments(noting: &configured))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      // Nothing is left to take down in order, and it would take longer than a small job; a slot of an executor may
      // even be in the midst of a batch, and Arrow would be taken apart under it.
      fflush(nil)
      _exit(0)
    } catch let failure as CommandFailure {
      if !failure.message.isEmpty { printError(failure.message) }
      Foundation.exit(failure.code.rawValue)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        if !text.isEmpty { print(text) }
        Foundation.exit(0)
      }
      printError(text)
      if let origin = Configuration.origin(of: text, among: configured) { printError(origin) }
      let failure: FailureCode = code == .validationFailure ? .wrongUse : .failed
      Foundation.exit(failure.rawValue)
    }
  }

  /// The command line with what the environment and a file say of options, which are noted.
  private static func arguments(noting added: inout [Configuration.Setting]) throws -> [String] {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let environment = ProcessInfo.processInfo.environment
    guard Configuration.isNeeded(arguments, environment: environment) else { return arguments }
    let configuration = try Configuration(arguments, environment: environment)
    for name in configuration.unknownVariables {
      printError("warning: \(name) is set and is no option of any command")
    }
    let complete = try configuration.completed(Configuration.withoutFile(arguments))
    added = complete.added
    return complete.arguments
  }

  /// A reader of our output that went away ends the output, not the process with a signal.
  private static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// The kernels are compiled for AVX2; without it they would end in an illegal instruction.
  private static func requireProcessor() {
    #if arch(x86_64)
      let needed = ["avx2", "fma", "bmi2"]
      // The first processor stands for all: of many, the file is long.
      guard let file = FileHandle(forReadingAtPath: "/proc/cpuinfo"),
        let start = try? file.read(upToCount: 8192),
        let line = String(decoding: start, as: UTF8.self).split(separator: "\n")
          .first(where: { $0.hasPrefix("flags") })
      else { return }
      let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" }))
      let missing = needed.filter { !flags.contains(Substring($0)) }
      if !missing.isEmpty {
        printError(
          "this processor lacks \(missing.joined(separator: ", ")): roost needs x86-64-v3 "
            + "(2013 and later)")
        Foundation.exit(FailureCode.failed.rawValue)
      }
    #endif
  }
}

/// How the command ends when it does not end well.
enum FailureCode: Int32 {
  /// The job failed.
  case failed = 1
  /// The command line or the job file is wrong.
  case wrongUse = 2
  case noDriver = 3
}

struct CommandFailure: Error {
  var code: FailureCode
  var message: String

  init(_ code: FailureCode, _ message: String = "") {
    self.code = code
    self.message = message
  }
}

/// What is not a result goes to stderr.
func printError(_ text: String) {
  FileHandle.standardError.write(Data("\(text)\n".utf8))
}
