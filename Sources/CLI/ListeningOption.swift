import ArgumentParser
import Columnar
import Foundation
import Wire

/// Whether a command may listen where others than this machine can call.
struct ListeningOption: ParsableArguments {
  @Flag(
    help: """
      Listen beyond this machine without certificates and secret: whoever can connect may run jobs and read \
      all that the processes can read.
      """)
  var insecure = false

  @Option(
    help: ArgumentHelp(
      """
      A file, folder or URI that jobs may read and write, with all below it; may be given again. With it, and when this \
      process listens beyond this machine, jobs may use these and the working folder; else all that the process may.
      """, valueName: "path"))
  var allowPath: [String] = []

  /// Where jobs may read and write. Throws `CommandFailure` for a path that cannot be looked at, and when jobs would reach
  /// one of the private files and folders: whoever may submit a job could read a key and be anybody then.
  func allowedPaths(
    listeningOn address: HostPort, keeping privatePaths: [String]
  ) throws -> AllowedPaths {
    if address.isLoopback, allowPath.isEmpty { return .everywhere }
    let workingFolder = FileManager.default.currentDirectoryPath
    let allowed: AllowedPaths
    do {
      allowed = try AllowedPaths([workingFolder] + allowPath)
    } catch {
      throw CommandFailure(.wrongUse, "--allow-path: \(error)")
    }
    if let reached = privatePaths.first(where: allowed.reach) {
      throw CommandFailure(
        .wrongUse,
        "jobs could read or write \(reached), which is not for them: they may use the working folder "
          + "(\(workingFolder)) and what --allow-path names. Start in the folder of the jobs' data, or keep it elsewhere"
      )
    }
    return allowed
  }

  func check(_ address: HostPort, security: ConnectionSecurity) throws {
    guard address.isLoopback || security.keepsStrangersOut || insecure else {
      throw CommandFailure(
        .wrongUse,
        "\(address) can be reached from other machines, and anybody there could run jobs: "
          + "give --tls-ca-file, --tls-cert and --tls-key ('roost certs' makes the files) or --secret-file, "
          + "listen on 127.0.0.1, or say --insecure")
    }
  }
}
