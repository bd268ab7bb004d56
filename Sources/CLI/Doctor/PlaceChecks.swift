import Foundation
import NIOPosix
import Wire

/// Folders that are written to, and addresses that are listened on.
enum PlaceChecks {
  private static let littleSpace: Int64 = 1 << 30

  static func folder(_ path: String, for what: String) -> Finding {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      return .problem(what, "\(path) is no folder", "make it, or say another")
    }
    guard access(path, W_OK) == 0 else {
      return .problem(
        what, "\(path) cannot be written",
        "give it to the user of the process (chown), or say another")
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    let free = attributes?[.systemFreeSize] as? Int64 ?? 0
    guard free >= littleSpace else {
      return .warning(
        what, "\(path) has \(byteText(free)) left", "free space there, or say another")
    }
    return .ok(what, "\(path), \(byteText(free)) left")
  }

  /// Binds the address for a moment.
  static func address(_ address: HostPort) -> Finding {
    let what = "listen on \(address)"
    do {
      let channel = try ServerBootstrap(group: clientThread)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: address.host, port: address.port).wait()
      try channel.close().wait()
      return .ok(what, "free")
    } catch {
      return .problem(
        what, "\(error)",
        "another process has it ('ss -ltnp'), or this host has no such address: say another --listen"
      )
    }
  }
}
