import Columnar
import Plan
import Wire

/// Texts that stand for one value: dates, numbers, patterns, paths, addresses, names.
struct TextFuzz: FuzzTarget {
  let name = "texts"

  /// Up to the first newline one text, after it another for what takes two.
  func run(_ input: [UInt8]) {
    let texts = String(decoding: input, as: UTF8.self).split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let (one, other) = (String(texts[0]), texts.count > 1 ? String(texts[1]) : "")
    readValues(one)
    readPattern(one, value: other)
    _ = HostPort(one)
    let location = FileLocation(one)
    _ = location.appending(other)
    let path = JobFolder(path: "/jobs").absolute(one)
    if location.isLocal {
      precondition(path.hasPrefix("/"), "a path that is not absolute")
      precondition(
        JobFolder(path: "/other").absolute(path) == path, "an absolute path that changes")
    }
    _ = nearestName(to: one, among: [other, "flights", ""])
    _ = GlobPattern(one).matches(other)
  }

  private func readValues(_ text: String) {
    if let days = parseDate(text) {
      precondition(parseDate(formatDate(days)) == days, "a date that is another when it is read")
    }
    if let time = parseTimestamp(text) {
      precondition(
        parseTimestamp(formatTimestamp(time)) == time, "a time that is another when it is read")
    }
    if let (unscaled, scale) = parseDecimal(text) {
      _ = DecimalValue.double(unscaled, scale: scale)
      if 0...DecimalValue.maximumPrecision ~= scale {
        _ = DecimalValue.format(unscaled, scale: scale)
        _ = DecimalValue.rescale(unscaled, from: scale, to: 3)
      }
    }
  }

  private func readPattern(_ text: String, value: String) {
    do {
      let pattern = try DateTimePattern(text)
      for time in [Int64.min, -1, 0, 1_704_412_800_000_000, .max] { _ = pattern.format(time) }
      var bytes = Array(value.utf8)
      bytes.withUnsafeMutableBufferPointer { _ = pattern.parse(UnsafeBufferPointer($0)) }
    } catch {
      _ = "\(error)"
    }
  }

  func seeds() -> [[UInt8]] {
    [
      "2024-02-29", "-0044-03-15", "+12024-01-01T10:11:12.123456Z", "2024-02-29 10:11:12+05:30",
      "12:00", "-12.50e-3", "0.000", "9999999999999999999999999999999999999.9",
      "yyyy-MM-dd HH:mm:ss.SSSSSS\n2024-02-29 10:11:12.000001",
      "'day' d MMM yy, EEE h a\nday 1 Jan 24",
      "D/QQ\n60/1", "*.csv\nx.csv", "[!a-z]?\\*\nB1*", "[]a-]*b*c\n]xbyc", "localhost:7070",
      "[::1]:80", "s3://bucket/a/b?x=y", "file:///a/../b", "../a/./b/*/..", "flihgts\nflights",
    ].map { Array($0.utf8) }
  }
}
