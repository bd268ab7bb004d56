/// How the processes of a cluster keep strangers out.
enum Protection: CaseIterable {
  case none
  case secret
  case certificates

  /// What the processes are told; files of it are in the folder.
  func environment(in folder: TemporaryFolder) async throws -> [String: String] {
    switch self {
    case .none: return [:]
    case .secret: return ["ROOST_SECRET": "the secret of a test"]
    case .certificates:
      let certificates = folder.path("certs")
      let ending = try await roost(
        "certs", "--out", certificates, "--host", "127.0.0.1,localhost", in: folder)
      guard ending.code == 0 else { throw DeadlinePassed(description: ending.stderr) }
      return Self.certificates("127.0.0.1", in: certificates)
    }
  }

  /// Those that `roost certs` made for a host or the client.
  static func certificates(_ name: String, in folder: String) -> [String: String] {
    [
      "ROOST_TLS_CA_FILE": "\(folder)/ca.pem", "ROOST_TLS_CERT": "\(folder)/\(name).pem",
      "ROOST_TLS_KEY": "\(folder)/\(name)-key.pem",
    ]
  }
}
