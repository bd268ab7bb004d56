import Foundation
import Wire

/// What the functions of a job have printed, task by task.
package enum LogPage {
  struct Filter: Hashable, Sendable {
    var stage: UInt32?
    var partition: UInt32?
  }

  private struct Task: Hashable {
    var stage: UInt32
    var partition: UInt32
  }

  /// Bytes of texts on the page: the end of each task's.
  private static let byteLimit = 512 << 10
  private static let taskLimit = 200

  static func page(
    _ job: Roost_JobDescription, _ log: Roost_JobLog, only filter: Filter
  ) -> Page {
    let address = "/jobs/\(job.job)"
    var tasks: [Task] = []
    var texts: [Task: [Roost_JobLogText]] = [:]
    for text in log.texts {
      let task = Task(stage: text.stage, partition: text.partition)
      if let stage = filter.stage, stage != task.stage { continue }
      if let partition = filter.partition, partition != task.partition { continue }
      if texts[task] == nil { tasks.append(task) }
      texts[task, default: []].append(text)
    }
    tasks.sort { ($0.stage, $0.partition) < ($1.stage, $1.partition) }
    let share = byteLimit / max(1, min(tasks.count, taskLimit))
    return Page(
      title: "Log of job \(job.job)", section: .jobs, isLive: !job.state.hasEnded
    ) {
      breadcrumbs([("/", "Jobs"), (address, "job \(job.job) \(shortened(job.name, to: 30))")])
      element("h1") { "What the tasks printed" }
      if filter != Filter() { element("p") { link("\(address)/log", "All tasks") } }
      if tasks.isEmpty {
        note(
          log.end > 0 && filter == Filter()
            ? "What was printed is kept no more."
            : "Nothing. What Python functions of a job print appears here, by task.")
      }
      if log.leftOutBytes > 0 {
        note("\(byteText(log.leftOutBytes)) before these are kept no more.")
      }
      for task in tasks.prefix(taskLimit) {
        entry(
          of: task, texts[task] ?? [], share: share, address: address, isOpen: tasks.count <= 10)
      }
      if tasks.count > taskLimit {
        note("\(counted(tasks.count - taskLimit, "more task")) printed something.")
      }
    }
  }

  private static func entry(
    of task: Task, _ texts: [Roost_JobLogText], share: Int, address: String, isOpen: Bool
  ) -> HTML {
    var text = ""
    var epoch: UInt64?
    for piece in texts {
      if let epoch, epoch != piece.epoch { text += "\n--- another attempt ---\n" }
      epoch = piece.epoch
      text += piece.text
    }
    let name = texts.first.map { "\($0.stageName) \(task.partition)" } ?? ""
    return element("details", ["open": isOpen ? "" : nil]) {
      element("summary") { "\(name) (stage \(task.stage), task \(task.partition))" }
      element("p") {
        link("\(address)/log?stage=\(task.stage)&task=\(task.partition)", "This task alone")
      }
      scrolling("log \(task.stage)/\(task.partition)", label: "Output of \(name)") {
        element("pre", ["class": "log"]) { ending(of: text, byteLimit: share) }
      }
    }
  }

  /// Progress bars go back to the start of their line: each is a line here.
  private static func ending(of text: String, byteLimit: Int) -> String {
    let lines = text.replacingOccurrences(of: "\r\n", with: "\n")
      .replacingOccurrences(of: "\r", with: "\n")
    guard lines.utf8.count > byteLimit else { return lines }
    return "…" + String(decoding: lines.utf8.suffix(byteLimit), as: UTF8.self)
  }
}
