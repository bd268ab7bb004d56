/// What one attempt prints, up to a limit: a line at its end says how much more there was. Belongs to the thread of the
/// task.
package final class AttemptLog {
  package static let byteLimit = 64 << 10

  private let take: (String) -> Void
  private var roomLeft = AttemptLog.byteLimit
  private var leftOutByteCount = 0
  private var endsInLine = false

  /// `take` gets what is kept, in order.
  package init(_ take: @escaping (String) -> Void) {
    self.take = take
  }

  package func write(_ text: String) {
    let byteCount = text.utf8.count
    guard byteCount > 0 else { return }
    // After the first gap nothing is kept, so that there is one.
    let kept = leftOutByteCount > 0 ? "" : text.start(byteCount: roomLeft)
    roomLeft -= kept.utf8.count
    leftOutByteCount += byteCount - kept.utf8.count
    guard !kept.isEmpty else { return }
    endsInLine = kept.utf8.last != UInt8(ascii: "\n")
    take(String(kept))
  }

  /// To be called once, when nothing more is printed.
  package func end() {
    guard leftOutByteCount > 0 else { return }
    take(
      (endsInLine ? "\n" : "") + "[\(leftOutByteCount) bytes that the task printed are left out]\n")
  }
}

extension String {
  /// As many characters as so many bytes hold.
  fileprivate func start(byteCount: Int) -> Substring {
    guard utf8.count > byteCount else { return self[...] }
    var end = utf8.index(startIndex, offsetBy: byteCount)
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return self[..<end]
  }
}
