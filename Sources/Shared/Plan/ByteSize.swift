/// A number of bytes as people write it: `512MB`, `2GB`, `1GiB`, `1048576`. Powers of 1024.
package struct ByteSize: Hashable, Sendable {
  package var bytes: Int

  package init(bytes: Int) { self.bytes = bytes }

  /// Nil for what is no number of bytes above 0.
  package init?(_ text: String) {
    let units: [(String, Int)] = [
      ("KIB", 10), ("MIB", 20), ("GIB", 30), ("TIB", 40), ("KB", 10), ("MB", 20), ("GB", 30),
      ("TB", 40), ("K", 10), ("M", 20), ("G", 30), ("T", 40), ("B", 0),
    ]
    let text = text.uppercased()
    let (suffix, shift) = units.first { text.hasSuffix($0.0) } ?? ("", 0)
    guard let number = Int(text.dropLast(suffix.count)), number > 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow else { return nil }
    self.bytes = bytes
  }
}
