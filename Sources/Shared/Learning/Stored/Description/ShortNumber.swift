import Glibc

extension Double {
  /// Six significant digits, without zeros at the end: 0.000123457, 1.5, 1e+100.
  var short: String {
    // The C library shows the sign of NaN, which says nothing.
    if isNaN { return "nan" }
    // The longest is a sign, 6 digits, a point and an exponent of 5 characters.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
      let length = withVaList([self]) { vsnprintf(text.baseAddress, text.count, "%.6g", $0) }
      return String(
        decoding: text[..<Int(length)].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

extension String {
  /// A name on one line of a terminal: without control characters and at most `nameLimit` long.
  var shownName: String {
    var shown = ""
    for scalar in unicodeScalars.prefix(Self.nameLimit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: shown += "\u{fffd}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return unicodeScalars.count > Self.nameLimit ? shown + "..." : shown
  }

  private static let nameLimit = 60
}

extension Collection<String> {
  /// The first `limit` of these names and how many more there are.
  func shownList(limit: Int) -> String {
    let names = prefix(limit).map(\.shownName).joined(separator: ", ")
    return count > limit ? "\(names), ... \(count - limit) more" : names
  }
}
