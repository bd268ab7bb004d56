import ArgumentParser

/// A number of bytes as people write it: `512MB`, `2GB`, `1048576`. Powers of 1024.
struct ByteSize: ExpressibleByArgument, CustomStringConvertible {
  var bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units: [(String, Int)] = [
      ("KB", 10), ("MB", 20), ("GB", 30), ("TB", 40), ("K", 10), ("M", 20), ("G", 30), ("T", 40),
      ("B", 0),
    ]
    let text = argument.uppercased()
    let (suffix, shift) = units.first { text.hasSuffix($0.0) } ?? ("", 0)
    guard let number = Int(text.dropLast(suffix.count)), number > 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  var description: String { byteText(Int64(bytes)) }
}
