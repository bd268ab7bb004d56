import Foundation

/// The root of the package, where `.build` and `Tests` are.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A folder of its own for one test; it goes away with the value.
final class TemporaryFolder: Sendable {
  let root: URL
  private let numbers = Counter()

  init() throws {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-cluster-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  func nextNumber() -> Int { numbers.next() }

  /// Writes a file, making the folders above it, and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Data(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let url = root.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    return url.path
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: root.appendingPathComponent(name))
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// The content of every file below a folder by its path there, hidden ones too.
  func contents(_ name: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: path(name)) {
      let url = root.appendingPathComponent(name).appendingPathComponent(file)
      let isFile = try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false
      if isFile { contents[file] = try Data(contentsOf: url) }
    }
    return contents
  }

  /// Whatever is below a folder, which need not be there.
  func leftovers(of name: String) throws -> [String] {
    exists(name) ? try FileManager.default.subpathsOfDirectory(atPath: path(name)) : []
  }

  /// The rows of a JSON output, in the order of its files.
  func rows(_ name: String) throws -> [[String: Any]] {
    let files = try contents(name).filter { $0.key.hasPrefix("part-") }
    return try files.sorted { $0.key < $1.key }.flatMap { file in
      try file.value.split(separator: UInt8(ascii: "\n")).map { line in
        let row = try JSONSerialization.jsonObject(with: Data(line))
        return (row as? [String: Any]) ?? [:]
      }
    }
  }
}

private final class Counter: @unchecked Sendable {
  // Guarded by `lock`.
  private var last = 0
  private let lock = NSLock()

  func next() -> Int {
    lock.lock()
    defer { lock.unlock() }
    last += 1
    return last
  }
}
