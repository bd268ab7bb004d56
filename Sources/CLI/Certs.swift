import ArgumentParser
import Foundation
import Wire

struct Certs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certs", abstract: "Makes the certificates of a cluster.",
    discussion: """
      Makes a CA, a certificate for each --host and one for clients, with their keys. A CA that is in the \
      folder already makes the certificates of further hosts. Nothing is overwritten.
      """)

  @Option(help: "The folder of the files.")
  var out = "certs"

  @Option(
    help: ArgumentHelp(
      """
      A host where a driver or executors listen: its names and addresses, with commas between them; \
      may be repeated. This host unless said.
      """, valueName: "name-or-ip,..."))
  var host: [String] = []

  @Option(help: "Days for which the certificates are valid; the CA's is for 50 years.")
  var days = 825

  func run() throws {
    do throws(CertificateError) {
      try make()
    } catch {
      throw CommandFailure(.wrongUse, "\(error)")
    }
  }

  private func make() throws(CertificateError) {
    let hosts = try (host.isEmpty ? [Self.thisHost] : host).map { text throws(CertificateError) in
      try text.split(separator: ",", omittingEmptySubsequences: false).map {
        name throws(CertificateError) in try CertificateName(String(name))
      }
    }
    guard (1...CertificateAuthority.mostDays).contains(days) else { throw .wrongDays(days) }
    let folder = try CertificateFolder(path: out)
    // Before anything is made: half of what was asked for is of little use.
    for names in hosts { try folder.requireFree(forHost: Self.fileName(of: names)) }
    let (authority, isNew) = try folder.authority()
    if isNew { print("made \(folder.path("ca.pem")), the CA: give it to all hosts and clients") }
    if isNew {
      print("made \(folder.path("ca-key.pem")), its key: keep it here, it can let anybody in")
    }
    for names in hosts {
      let files = try authority.issue(to: .host(names), days: days)
      try folder.write(files, as: Self.fileName(of: names))
      let list = names.map(\.text).joined(separator: ", ")
      print("made \(folder.path("\(Self.fileName(of: names)).pem")) and its key for \(list)")
    }
    let client = CertificateFolder.clientName
    if !folder.has(client) {
      try folder.write(try authority.issue(to: .client, days: days), as: client)
      print("made \(folder.path("\(client).pem")) and its key for whoever submits jobs")
    }
    printUse(hosts, in: folder)
  }

  /// Commands to copy.
  private func printUse(_ hosts: [[CertificateName]], in folder: CertificateFolder) {
    guard let names = hosts.first, let name = names.first?.text else { return }
    let file = Self.fileName(of: names)
    // The commands are not for this folder, so that its name must do elsewhere, too.
    func absolute(_ file: String) -> String { URL(fileURLWithPath: folder.path(file)).path }
    func options(_ file: String) -> String {
      "--tls-ca-file \(absolute("ca.pem")) --tls-cert \(absolute("\(file).pem")) "
        + "--tls-key \(absolute("\(file)-key.pem"))"
    }
    let address = HostPort(host: name, port: 7077)
    print(
      """

      On the driver's host, executors' hosts and where jobs come from, with a certificate of its own each; driver and
      executors start in the folder of the jobs' data, which must hold none of these files:
        roost driver --listen \(address) \(options(file))
        roost executor --driver \(address) --listen \(HostPort(host: name, port: 7078)) \(options(file))
        roost submit JOB.yaml --driver \(address) \(options(CertificateFolder.clientName))
      """)
  }

  private static func fileName(of names: [CertificateName]) -> String {
    // Colons of an IPv6 address mean something else in many programs.
    (names.first?.text ?? "host").replacingOccurrences(of: ":", with: "-")
  }

  /// The names under which this machine calls itself.
  private static var thisHost: String {
    let names = ["localhost", "127.0.0.1", "::1"]
    let own = ProcessInfo.processInfo.hostName
    let isName = !names.contains(own) && (try? CertificateName(own)) != nil
    return (names + (isName ? [own] : [])).joined(separator: ",")
  }
}
