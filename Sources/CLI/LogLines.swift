import Wire

/// Puts together to lines what tasks print, which comes in pieces and from several tasks at a time. A line of stage `models`
/// and task 3 reads `[models 3] text`.
struct LogLines {
  private struct Attempt: Hashable {
    let stage: UInt32
    let partition: UInt32
    let epoch: UInt64
  }

  /// Lines that have begun, with what stands before them; in the order in which they did.
  private var begun: [(attempt: Attempt, prefix: String, text: String)] = []

  /// The lines that are complete now.
  mutating func take(_ log: Roost_JobLog) -> [String] {
    var lines: [String] = []
    if log.leftOutBytes > 0 {
      lines.append("[\(byteText(log.leftOutBytes)) that the job printed are kept no more]")
    }
    for text in log.texts { take(text, into: &lines) }
    return lines
  }

  /// The lines that were not ended.
  mutating func takeUnfinished() -> [String] {
    defer { begun = [] }
    return begun.map { $0.prefix + $0.text }
  }

  private mutating func take(_ text: Roost_JobLogText, into lines: inout [String]) {
    let attempt = Attempt(stage: text.stage, partition: text.partition, epoch: text.epoch)
    let index = begun.firstIndex { $0.attempt == attempt }
    let earlier = index.map { begun.remove(at: $0).text } ?? ""
    let prefix = "[\(text.stageName) \(text.partition)] "
    // A bar of progress begins its line anew each time.
    var parts = (earlier + text.text).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let last = parts.removeLast()
    lines += parts.map { prefix + Self.printable($0) }
    if !last.isEmpty { begun.append((attempt, prefix, Self.printable(last))) }
  }

  /// What functions print ends in a terminal, which must not take it for commands.
  private static func printable(_ text: Substring) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control && scalar != "\t" ? "\u{FFFD}" : scalar
        }))
  }
}
