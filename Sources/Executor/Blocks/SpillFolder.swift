import Foundation
import Synchronization

/// A folder for blocks that do not fit into memory; it is made with the first of them.
package final class SpillFolder: Sendable {
  private let url: URL
  private let count = Atomic<Int>(0)

  /// `process` and `name` tell it from the folders of others in the same work directory.
  package init(in workDirectory: URL, host: String, process: Int32, name: String) {
    url = workDirectory.appendingPathComponent("\(Self.prefix(host: host))\(process)-\(name)")
    Self.removeLeftovers(in: workDirectory, host: host)
  }

  /// Removes it with what is in it.
  func remove() {
    try? FileManager.default.removeItem(at: url)
  }

  func write(_ batches: [BlockBatch]) throws -> SpilledBlock {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let number = count.add(1, ordering: .relaxed).newValue
    let file = url.appendingPathComponent("block-\(number)")
    return try SpilledBlock(writing: batches, to: file)
  }

  /// Removes the folders of executors of this host that were killed before they could.
  private static func removeLeftovers(in workDirectory: URL, host: String) {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: workDirectory.path)) ?? []
    for name in names where name.hasPrefix(prefix(host: host)) {
      let rest = name.dropFirst(prefix(host: host).count)
      guard let process = rest.split(separator: "-").first.flatMap({ pid_t($0) }), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? files.removeItem(at: workDirectory.appendingPathComponent(name))
    }
  }

  private static func prefix(host: String) -> String { "roost-blocks-\(host)-" }
}
