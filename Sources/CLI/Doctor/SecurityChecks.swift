import Foundation
import Wire

/// Certificates and secrets that the options and the environment name.
struct SecurityChecks {
  private static let soon: TimeInterval = 30 * 86_400

  let options: SecurityOptions

  func all() -> [Finding] {
    let security: ConnectionSecurity
    do {
      security = try options.security()
    } catch let failure as CommandFailure {
      return [
        .problem(
          "certificates", failure.message, "see docs/security.md; 'roost certs' makes new ones")
      ]
    } catch {
      return [.problem("certificates", "\(error)", "see docs/security.md")]
    }
    guard let tls = security.tls else {
      return [
        .ok(
          "certificates",
          security.secret == nil ? "none: for loopback only" : "none; a secret is given")
      ]
    }
    let left = tls.expiry.timeIntervalSinceNow
    let day = tls.expiry.formatted(.iso8601.year().month().day())
    guard left > Self.soon else {
      return [
        .warning(
          "certificates", "ours expires on \(day)",
          "make a new one: remove the two files and call 'roost certs' again")
      ]
    }
    return [.ok("certificates", "ours is valid until \(day)")]
  }
}
