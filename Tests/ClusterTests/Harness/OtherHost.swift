import Foundation

/// A host of its own as far as the network goes: a namespace with a link to this one, which can be cut. It goes away with
/// the value, when its processes have ended.
final class OtherHost {
  /// On the link: this side's address, and the other host's.
  let nearAddress: String
  let farAddress: String
  private let name: String
  private let folder: TemporaryFolder

  /// Nil where the system does not let us make one (not root, no `ip`).
  init?(in folder: TemporaryFolder) {
    self.folder = folder
    // Names of links are short.
    name = "roost\(UInt16.random(in: 1...9999))"
    let net = "10.\(UInt8.random(in: 200...250)).\(UInt8.random(in: 0...255))"
    nearAddress = "\(net).1"
    farAddress = "\(net).2"
    let commands = [
      "netns add \(name)", "link add \(name)a type veth peer name \(name)b",
      "link set \(name)b netns \(name)", "addr add \(nearAddress)/24 dev \(name)a",
      "link set \(name)a up", "-n \(name) addr add \(farAddress)/24 dev \(name)b",
      "-n \(name) link set \(name)b up", "-n \(name) link set lo up",
    ]
    for command in commands {
      guard ip(command) else {
        remove()
        return nil
      }
    }
  }

  /// Runs `roost` there.
  func start(_ arguments: [String]) throws -> RoostProcess {
    try RoostProcess(
      program: Self.program, ["netns", "exec", name, RoostProcess.executable] + arguments,
      in: folder)
  }

  func cutLink() { _ = ip("link set \(name)a down") }
  func mendLink() { _ = ip("link set \(name)a up") }

  func remove() {
    _ = ip("netns del \(name)")
    _ = ip("link del \(name)a")
  }

  private func ip(_ arguments: String) -> Bool {
    let process = try? RoostProcess(
      program: Self.program, arguments.split(separator: " ").map(String.init), in: folder)
    return process?.waitBlocking() == 0
  }

  private static let program =
    ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"]
    .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/sbin/ip"
}
