import ArgumentParser
import Foundation
import Wire

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at this host and says what to do about what is wrong.",
    discussion: """
      Say the options that a driver or an executor would get here. With --driver or ROOST_DRIVER the driver is asked, \
      too. Ends with 1 when there is a problem.
      """)

  @OptionGroup var driver: DriverOption

  @Option(help: "HOST:PORT that a process would listen on.")
  var listen: HostPort?

  @Option(
    help:
      "Where an executor would write what does not fit into memory; a temporary folder unless said."
  )
  var workDir: String?

  @Option(help: "The folder of a driver's journal.")
  var stateDir: String?

  @Option(help: "The Python that would run functions; python3 on PATH unless said.")
  var python: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    var findings = HostChecks.all()
    findings.append(
      PlaceChecks.folder(
        workDir ?? FileManager.default.temporaryDirectory.path, for: "work folder"))
    if let stateDir { findings.append(PlaceChecks.folder(stateDir, for: "state folder")) }
    if let listen { findings.append(PlaceChecks.address(listen)) }
    findings += SecurityChecks(options: driver.securityOptions).all()
    findings += await PythonChecks(interpreter: python ?? "python3").all()
    if driver.isStated { findings += DriverChecks(driver: driver).all() }
    if json {
      try printJSON(findings)
    } else {
      for finding in findings { print(text(of: finding)) }
    }
    if findings.contains(where: { $0.level == .problem }) { throw CommandFailure(.failed) }
  }

  private func text(of finding: Finding) -> String {
    let mark =
      switch finding.level {
      case .ok: "ok      "
      case .warning: "warning "
      case .problem: "problem "
      }
    let advice = finding.advice.map { "\n        -> \($0)" } ?? ""
    return "\(mark)\(finding.check): \(finding.found)\(advice)"
  }
}
