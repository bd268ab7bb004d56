import Foundation
import Wire

/// Progress of a job on stderr: one line that changes on a terminal, a line a finished stage elsewhere.
struct ProgressDisplay {
  private let isTerminal = isatty(2) == 1
  private var announced: Set<UInt32> = []
  private var waiting = ""
  private var isLineOpen = false

  mutating func show(_ report: Roost_JobProgressReport) {
    if isTerminal { showLine(report) } else { showChanges(report) }
  }

  /// Ends the changing line.
  mutating func clear() {
    guard isLineOpen else { return }
    write("\r\u{1B}[K")
    isLineOpen = false
  }

  private mutating func showLine(_ report: Roost_JobProgressReport) {
    let tasks = report.stages.reduce(0) { $0 + Int($1.tasks) }
    let finished = report.stages.reduce(0) { $0 + Int($1.finished) }
    let running = report.stages.reduce(0) { $0 + Int($1.running) }
    let width = 24
    let filled = tasks == 0 ? 0 : width * finished / tasks
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    var line = "job \(report.job) \(bar) \(finished)/\(tasks) tasks, \(running) running"
    if let stage = report.stages.first(where: { $0.finished < $0.tasks }) {
      line += ", stage \(stage.id) \(stage.name)"
    }
    if report.retries > 0 { line += ", \(report.retries) ran again" }
    if report.isCommitting { line += ", committing" }
    if !report.waitingFor.isEmpty { line += ", waiting: \(report.waitingFor)" }
    write("\r\u{1B}[K" + line)
    isLineOpen = true
  }

  private mutating func showChanges(_ report: Roost_JobProgressReport) {
    for stage in report.stages
    where stage.tasks > 0 && stage.finished == stage.tasks
      && announced.insert(stage.id).inserted
    {
      printError("stage \(stage.id) (\(stage.name)): \(counted(Int64(stage.tasks), "task")) done")
    }
    if report.waitingFor != waiting {
      waiting = report.waitingFor
      if !waiting.isEmpty { printError("waiting: \(waiting)") }
    }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
