import ArgumentParser
import Driver
import Foundation
import Logging
import NIOPosix
import NIOSSL
import Web
import Wire

/// Where a driver shows its pages, and to whom.
struct PagesOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "HOST:PORT for web pages, the API (/api/v1) and metrics (/metrics); port 0 picks one.",
      valueName: "host:port"))
  var ui: HostPort?

  @Option(
    help: ArgumentHelp(
      "A file with the password of the pages, for any user name; only its owner may read it.",
      valueName: "file"))
  var uiPasswordFile: String?

  /// Jobs must not read them.
  var privateFiles: [String] { [uiPasswordFile].compactMap(\.self) }

  /// Throws `CommandFailure` when anybody could open pages that start and end jobs.
  func check(isInsecure: Bool) throws {
    guard let ui else {
      guard uiPasswordFile == nil else {
        throw CommandFailure(.wrongUse, "--ui-password-file is for pages: give --ui HOST:PORT, too")
      }
      return
    }
    guard ui.isLoopback || uiPasswordFile != nil || isInsecure else {
      throw CommandFailure(
        .wrongUse,
        "\(ui) can be reached from other machines, and anybody there could run jobs: give --ui-password-file, "
          + "show pages on 127.0.0.1, or say --insecure")
    }
  }

  /// Shows the pages of a driver from now on; nil when none are wanted. Throws `CommandFailure`.
  func server(
    of driver: DriverProcess, security: SecurityOptions, log: Logger
  ) throws -> WebServer? {
    guard let ui else { return nil }
    do {
      return try WebServer(
        on: ui, driver: DriverQuestions(driver.localClient),
        password: uiPasswordFile.map { try SharedSecret(file: $0).text },
        tls: Self.tls(security), group: MultiThreadedEventLoopGroup.singleton,
        log: log)
    } catch let error as SecurityError {
      throw CommandFailure(.wrongUse, "\(error)")
    } catch let error as WebServerError {
      throw CommandFailure(.failed, "\(error)")
    }
  }

  /// The driver's certificate, which browsers need not answer with one of their own. It has been checked.
  private static func tls(_ security: SecurityOptions) throws -> TLSConfiguration? {
    guard let certificate = security.certificateFile, let key = security.keyFile else { return nil }
    do {
      return try .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem)))
    } catch {
      throw WebServerError.certificate(reason: "\(error)")
    }
  }
}
