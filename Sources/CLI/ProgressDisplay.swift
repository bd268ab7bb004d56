import Foundation
import Wire

/// Progress of a job on stderr: a block that is drawn anew in place on a terminal, else a line for each thing that happened.
struct ProgressDisplay {
  private let canRedraw: Bool
  private let isQuiet: Bool
  private var lines: ProgressLines
  /// Of the block on the screen.
  private var drawnCount = 0

  /// `isQuiet`: nothing is shown.
  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    canRedraw = Terminal.canRedraw(2)
    lines = ProgressLines(hasColor: canRedraw && Terminal.hasColor)
  }

  mutating func show(_ report: Roost_JobProgressReport) {
    guard !isQuiet else { return }
    let news = lines.news(report)
    guard canRedraw else {
      for line in news { printError(line) }
      return
    }
    let width = Terminal.size(2)?.columns ?? 80
    let block = lines.block(report).map { $0.cut(toColumns: width - 1) }
    let text = (news + block).joined(separator: "\n") + "\n"
    write(erasure + text)
    drawnCount = block.count
  }

  /// Makes way for the results, and says what has happened since the last report.
  mutating func end(_ last: Roost_JobProgressReport) {
    clear()
    guard !isQuiet else { return }
    for line in lines.news(last) { printError(line) }
  }

  /// Makes way for something else.
  mutating func clear() {
    guard drawnCount > 0 else { return }
    write(erasure)
    drawnCount = 0
  }

  private var erasure: String { drawnCount > 0 ? "\u{1B}[\(drawnCount)A\r\u{1B}[J" : "" }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}

extension String {
  /// As much of it as so many columns hold; what steers the terminal takes none.
  func cut(toColumns limit: Int) -> String {
    var (cut, count, isSteering, hasSteered) = ("", 0, false, false)
    for character in self {
      if character == "\u{1B}" { (isSteering, hasSteered) = (true, true) }
      if isSteering {
        cut.append(character)
        if character == "m" { isSteering = false }
      } else if count < limit {
        cut.append(character)
        count += 1
      }
    }
    return hasSteered && !cut.hasSuffix("\u{1B}[0m") ? cut + "\u{1B}[0m" : cut
  }
}
