import Driver
import Foundation
import Wire

/// How far a job is, as lines for people. A value: it is told reports, and remembers what it has said and how fast stages
/// went of late.
struct ProgressLines {
  /// A rate is that of so long.
  private static let rateWindow = 3.0
  private static let barWidth = 20

  private struct Sample {
    /// Seconds since the submission.
    var time: Double
    var rows: Int64
  }

  private var began: [UInt32: Double] = [:]
  private var samples: [UInt32: [Sample]] = [:]
  private var finished: Set<UInt32> = []
  private var lastIncident: UInt64 = 0
  private var waiting = ""

  /// What happened since the last report, a line each, to be said once.
  mutating func news(_ report: Roost_JobProgressReport) -> [String] {
    note(report)
    var lines: [String] = []
    for incident in report.incidents where incident.number > lastIncident {
      lastIncident = incident.number
      lines.append(Tone.bad.applied(to: incident.line))
    }
    for stage in report.stages
    where stage.tasks > 0 && stage.finished == stage.tasks && finished.insert(stage.id).inserted {
      lines.append(summary(of: stage, report))
    }
    if report.waitingFor != waiting {
      waiting = report.waitingFor
      if !waiting.isEmpty { lines.append("waiting: \(waiting)") }
    }
    return lines
  }

  /// What is under way: a line for each stage that runs, or for the next one, and one for the job.
  func block(_ report: Roost_JobProgressReport) -> [String] {
    let open = report.stages.filter { $0.finished < $0.tasks }
    let live = open.filter { $0.running > 0 || $0.finished > 0 }
    let shown = live.isEmpty ? Array(open.prefix(1)) : Array(live.prefix(6))
    let width = min(24, shown.map(\.name.count).max() ?? 0)
    return shown.map { line(of: $0, report, nameWidth: width) } + [jobLine(report)]
  }

  private mutating func note(_ report: Roost_JobProgressReport) {
    let time = Double(report.elapsedMilliseconds) / 1000
    for stage in report.stages where stage.running > 0 || stage.finished > 0 {
      if began[stage.id] == nil { began[stage.id] = time }
      var recent = samples[stage.id] ?? []
      recent.append(Sample(time: time, rows: stage.inputRows))
      while recent.count > 2, recent[1].time <= time - Self.rateWindow { recent.removeFirst() }
      samples[stage.id] = recent
    }
  }

  private func summary(of stage: Roost_StageProgress, _ report: Roost_JobProgressReport) -> String {
    var line = "stage \(stage.id) (\(stage.name)): \(counted(Int64(stage.tasks), "task")) done"
    if stage.inputRows > 0 { line += ", \(counted(stage.inputRows, "row"))" }
    return line
  }

  private func line(
    of stage: Roost_StageProgress, _ report: Roost_JobProgressReport, nameWidth: Int
  ) -> String {
    let filled = Int(stage.tasks) == 0 ? 0 : Self.barWidth * Int(stage.finished) / Int(stage.tasks)
    let bar =
      Tone.good.applied(to: String(repeating: "█", count: filled))
      + String(repeating: "░", count: Self.barWidth - filled)
    let name = String(stage.name.prefix(nameWidth))
    var line =
      "stage \(stage.id) \(name)" + String(repeating: " ", count: nameWidth - name.count)
      + " \(bar) \(stage.finished)/\(stage.tasks)"
    if stage.running > 0 { line += ", \(stage.running) running" }
    if let rate = rate(of: stage.id), rate >= 1 { line += ", \(Self.short(rate)) rows/s" }
    if let left = timeLeft(of: stage, report) { line += ", \(left) left" }
    return line
  }

  private func jobLine(_ report: Roost_JobProgressReport) -> String {
    var line =
      "job \(report.job): \(counted(Int64(report.executors), "executor")), "
      + "\(counted(Int64(report.slots), "slot")), \(Self.time(report.elapsedMilliseconds / 1000))"
    if report.retries > 0 { line += ", \(counted(Int64(report.retries), "task")) ran again" }
    if report.isCommitting { line += ", committing" }
    if !report.waitingFor.isEmpty { line += ", waiting: \(report.waitingFor)" }
    return Tone.quiet.applied(to: line)
  }

  private func rate(of stage: UInt32) -> Double? {
    guard let recent = samples[stage], let first = recent.first, let last = recent.last,
      last.time > first.time
    else { return nil }
    return Double(last.rows - first.rows) / (last.time - first.time)
  }

  /// When the tasks that are left take as long as those that have finished; nil as long as that tells little.
  private func timeLeft(
    of stage: Roost_StageProgress, _ report: Roost_JobProgressReport
  ) -> String? {
    guard let start = began[stage.id], stage.finished > 1 else { return nil }
    let spent = Double(report.elapsedMilliseconds) / 1000 - start
    guard spent > 1 else { return nil }
    let left = spent / Double(stage.finished) * Double(stage.tasks - stage.finished)
    return Self.time(Int64(left.rounded(.up)))
  }

  /// `45 s`, `3 min 20 s`, `2 h 5 min`.
  static func time(_ seconds: Int64) -> String {
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }

  /// `950`, `1.2 k`, `3.4 M`.
  static func short(_ number: Double) -> String {
    var (value, units) = (number, ["", " k", " M", " G"][...])
    while value >= 1000, units.count > 1 {
      value /= 1000
      units.removeFirst()
    }
    return String(format: value < 10 && units.first != "" ? "%.1f" : "%.0f", value)
      + (units.first ?? "")
  }
}

extension Roost_JobIncident {
  /// What it is about, what it is, and its text, in one line.
  var line: String {
    var subject: [String] = []
    if hasStage { subject.append("stage \(stage)") }
    if hasPartition { subject.append("task \(partition)") }
    if !executor.isEmpty { subject.append(hasStage ? "on \(executor)" : executor) }
    let place = subject.isEmpty ? "" : " (\(subject.joined(separator: " ")))"
    let first = text.split(separator: "\n").first.map { String($0) } ?? ""
    return "\(kind.name)\(place): \(first)"
  }
}
