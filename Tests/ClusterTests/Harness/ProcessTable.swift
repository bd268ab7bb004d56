import Foundation

/// What the kernel tells of processes that are not ours to wait for.
enum ProcessTable {
  /// The processes whose parent is `parent`.
  static func children(of parent: pid_t) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { fields(of: $0)?.parent == parent }
  }

  /// Whether a process runs; one that has ended and waits for its parent does not.
  static func isAlive(_ id: pid_t) -> Bool {
    fields(of: id).map { !"ZX".contains($0.state) } ?? false
  }

  /// The time that a process has computed for its user, in ticks of the kernel's clock (10 ms).
  static func processorTicks(of id: pid_t) -> Int { fields(of: id)?.ticks ?? 0 }

  /// How many files and connections a process has open.
  static func openFiles(of id: pid_t) -> Int { descriptors(of: id).count }

  /// The ports of IPv4 where a process listens.
  static func listeningPorts(of id: pid_t) -> [UInt16] {
    let sockets = Set(
      descriptors(of: id).compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/fd/\($0)")
      })
    let table = (try? String(contentsOfFile: "/proc/\(id)/net/tcp", encoding: .utf8)) ?? ""
    return table.split(separator: "\n").compactMap { line in
      // Number, own address and port, the peer's, state (0A listens), five more, the socket.
      let fields = line.split(separator: " ")
      guard fields.count > 9, fields[3] == "0A", sockets.contains("socket:[\(fields[9])]"),
        let port = fields[1].split(separator: ":").last
      else { return nil }
      return UInt16(port, radix: 16)
    }
  }

  private static func descriptors(of id: pid_t) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd")) ?? []
  }

  /// The most memory that a process has had so far, in bytes.
  static func peakMemory(of id: pid_t) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
    else { return nil }
    return Int(kibibytes).map { $0 << 10 }
  }

  /// `/proc/ID/stat` is `ID (NAME) STATE PARENT ...`, and the name may hold anything.
  private static func fields(of id: pid_t) -> (state: String, parent: pid_t, ticks: Int)? {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 11, let parent = pid_t(fields[1]), let ticks = Int(fields[11]) else {
      return nil
    }
    return (String(fields[0]), parent, ticks)
  }
}
