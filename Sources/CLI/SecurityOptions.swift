import ArgumentParser
import Foundation
import Wire

/// How a command proves who it is, and what it wants to see of the other side.
struct SecurityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The cluster's CA: with it all connections use TLS; or ROOST_TLS_CA_FILE. 'roost certs' makes the files.",
      valueName: "file"))
  var tlsCaFile: String?

  @Option(
    help: ArgumentHelp("The own certificate; or ROOST_TLS_CERT.", valueName: "file"))
  var tlsCert: String?

  @Option(
    help: ArgumentHelp("The key of the own certificate; or ROOST_TLS_KEY.", valueName: "file"))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "A secret that all processes of the cluster know; or the secret itself in ROOST_SECRET.",
      valueName: "file"))
  var secretFile: String?

  /// What the options and the environment say. Throws `CommandFailure`.
  func security() throws -> ConnectionSecurity {
    do throws(SecurityError) {
      return ConnectionSecurity(tls: try tls(), secret: try secret())
    } catch {
      throw CommandFailure(.wrongUse, "\(error)")
    }
  }

  /// Files that let their readers in: the own key and secret, and the key of the authority where `roost certs` left it.
  var privateFiles: [String] {
    let certificates = [authorityFile, certificateFile].compactMap(\.self)
    let authorityKeys = Set(certificates.map(CertificateFolder.authorityKey(beside:))).sorted()
    return [keyFile, secretFile].compactMap(\.self)
      + authorityKeys.filter(FileManager.default.fileExists(atPath:))
  }

  private var authorityFile: String? { tlsCaFile ?? variable("ROOST_TLS_CA_FILE") }
  var certificateFile: String? { tlsCert ?? variable("ROOST_TLS_CERT") }
  var keyFile: String? { tlsKey ?? variable("ROOST_TLS_KEY") }

  /// Nil without any of the three files; `missingFile` with some of them.
  private func tls() throws(SecurityError) -> TLSIdentity? {
    let (authority, certificate, key) = (authorityFile, certificateFile, keyFile)
    if authority == nil, certificate == nil, key == nil { return nil }
    guard let authority else { throw .missingFile(option: "--tls-ca-file") }
    guard let certificate else { throw .missingFile(option: "--tls-cert") }
    guard let key else { throw .missingFile(option: "--tls-key") }
    return try TLSIdentity(authorityFile: authority, certificateFile: certificate, keyFile: key)
  }

  private func secret() throws(SecurityError) -> SharedSecret? {
    if let secretFile { return try SharedSecret(file: secretFile) }
    guard let text = variable("ROOST_SECRET") else { return nil }
    return try SharedSecret(text: text, source: "ROOST_SECRET")
  }

  private func variable(_ name: String) -> String? {
    let value = ProcessInfo.processInfo.environment[name]
    return value == "" ? nil : value
  }
}
