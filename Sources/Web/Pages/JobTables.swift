import Driver
import Plan
import Wire

// The tables of a job's page.

/// The stages of a job, with what tells a slow one from a fast one.
enum StageTable {
  static func markup(_ history: Roost_JobHistory, job: UInt64) -> HTML {
    var table = DataTable(
      "Stages",
      [
        .number("Stage"), .text("Tables"), .text("Tasks"), .number("Began"), .number("Took"),
        .number("Task median"), .number("Task longest"), .number("Rows in"),
        .number("Rows out"), .number("Bytes to stages"), .text("Troubles"),
      ])
    let repeated = repetitions(in: history)
    for stage in history.stages {
      let times = try? Distribution(wire: stage.runningTimes)
      let began = stage.hasBegan ? durationText(microseconds: stage.began) : "–"
      let took =
        stage.hasBegan && stage.hasEnded
        ? durationText(microseconds: stage.ended &- stage.began) : "–"
      var troubles: [String] = []
      if stage.failedAttempts > 0 { troubles.append("\(stage.failedAttempts) failed") }
      if stage.lostAttempts > 0 { troubles.append("\(stage.lostAttempts) lost") }
      if let again = repeated[stage.id] { troubles.append("\(again) ran again") }
      if stage.speculativeAttempts > 0 {
        troubles.append(counted(stage.speculativeAttempts, "second attempt"))
      }
      let address = "/jobs/\(job)/stages/\(stage.id)"
      table.addRow([
        link(address, "\(stage.id)"),
        link(address, stage.name),
        HTML("\(grouped(stage.finished))/\(grouped(stage.tasks))"),
        HTML(began), HTML(took),
        HTML(time(times?.quantile(0.5))), HTML(time(times?.quantile(1))),
        HTML(number(stage.inputRows.sum)), HTML(number(stage.outputRows.sum)),
        HTML(byteText(Int64(exactly: stage.shuffleBytes.sum.rounded()) ?? 0)),
        HTML(troubles.joined(separator: ", ")),
      ])
    }
    return table.markup
  }

  /// By stage: attempts that ended well although their task had ended well before, since its output was lost.
  private static func repetitions(in history: Roost_JobHistory) -> [UInt32: Int] {
    var finished: Set<[UInt32]> = []
    return history.attempts.reduce(into: [:]) { counts, attempt in
      guard attempt.state == .finished else { return }
      if !finished.insert([attempt.stage, attempt.partition]).inserted {
        counts[attempt.stage, default: 0] += 1
      }
    }
  }

  private static func time(_ microseconds: Double?) -> String {
    microseconds.flatMap { Int64(exactly: $0.rounded()) }.map { durationText(microseconds: $0) }
      ?? "–"
  }

  private static func number(_ value: Double) -> String {
    Int64(exactly: value.rounded()).map { grouped($0) } ?? "–"
  }
}

enum IncidentTable {
  /// `job`: the address of the job's page.
  static func markup(_ incidents: some Sequence<Roost_JobIncident>, job: String) -> HTML {
    var table = DataTable(
      "What went wrong",
      [.number("When"), .text("What"), .text("Where"), .text("How")])
    for incident in incidents {
      table.addRow([
        HTML(durationText(microseconds: incident.time)),
        element("span", ["class": "kind"]) { incident.kind.name },
        fragment {
          if incident.hasStage {
            link("\(job)/stages/\(incident.stage)", "stage \(incident.stage)")
            if incident.hasPartition { ", task \(incident.partition)" }
            if !incident.executor.isEmpty { element("br") }
          }
          incident.executor
        },
        element("span", ["class": "cause"]) { incident.text },
      ])
    }
    return table.markup
  }
}

/// The tables that were trained; each leads to its page.
enum TrainingTable {
  static func markup(_ history: Roost_JobHistory, job: String) -> HTML {
    var table = DataTable(
      "Trained models",
      [
        .text("Tables"), .text("Learner"), .number("Groups"), .number("Not trained"),
        .text("Metric"), .number("Median"), .number("Best"), .number("Worst"),
      ])
    for (index, training) in history.trainings.enumerated() {
      let metric = training.metrics.preferred
      let values = metric.flatMap { try? Distribution(wire: $0.values) }
      let (best, worst) =
        metric.map(MetricDirection.init(of:)) == .higherIsBetter
        ? (values?.quantile(1), values?.quantile(0)) : (values?.quantile(0), values?.quantile(1))
      func text(_ value: Double?) -> HTML { HTML(value.map { numberText($0) } ?? "–") }
      let address = "\(job)/trainings/\(index)"
      table.addRow([
        link(address, history.tables(of: training)),
        link(address, training.learner),
        HTML(grouped(training.groups)),
        training.errors > 0
          ? element("strong", ["class": "warning"]) { grouped(training.errors) } : HTML("0"),
        HTML(metric?.name ?? "–"), text(values?.quantile(0.5)), text(best), text(worst),
      ])
    }
    return table.markup
  }
}

enum OutputTable {
  static func markup(_ job: Roost_JobDescription) -> HTML {
    var table = DataTable(
      "Written files",
      [.text("Table"), .number("Rows"), .number("Files"), .number("Size"), .text("Folder")])
    for output in job.outputs {
      let artifacts =
        output.artifacts == 0
        ? ""
        : " and \(counted(output.artifacts, "artifact")) (\(byteText(output.artifactBytes)))"
      table.addRow([
        HTML(output.table), HTML(grouped(output.rows)), HTML(grouped(output.files)),
        HTML(byteText(output.bytes) + artifacts), element("code") { output.path },
      ])
    }
    return table.markup
  }
}

/// The timeline with what it means, and the same as a table.
enum TimelineFigure {
  private static let rowLimit = 200

  static func markup(_ history: Roost_JobHistory, now: Int64) -> HTML {
    let timeline = TaskTimeline(history, now: now)
    let names = Dictionary(history.stages.map { ($0.id, $0.name) }) { first, _ in first }
    return element("figure") {
      timeline.legend
      scrolling("timeline", label: "Tasks over time") { timeline.markup(stageNames: names) }
      if timeline.leftOutLanes > 0 {
        note("\(counted(timeline.leftOutLanes, "more slot")) had tasks and are not drawn.")
      }
      if history.leftOutAttempts > 0 {
        note(
          "Of \(counted(history.leftOutAttempts, "earlier attempt")) only the sums are kept, in the table of stages."
        )
      }
      disclosure("Attempts as a table") { table(history) }
    }
  }

  /// Those that say most: what did not end well, what runs, what took longest.
  private static func table(_ history: Roost_JobHistory) -> HTML {
    func rank(_ attempt: Roost_AttemptHistory) -> Int {
      switch attempt.state {
      case .failed, .lost: 0
      case .running: 1
      default: 2
      }
    }
    let order = history.attempts.sorted {
      (rank($0), $1.runningTime, $0.epoch) < (rank($1), $0.runningTime, $1.epoch)
    }
    return fragment {
      AttemptTable.markup(order.prefix(rowLimit), executors: history.executors)
      if order.count > rowLimit {
        note("\(counted(order.count - rowLimit, "shorter attempt")) are not listed.")
      }
    }
  }
}

enum AttemptTable {
  static func markup(_ attempts: some Sequence<Roost_AttemptHistory>, executors: [String]) -> HTML {
    var table = DataTable(
      "Attempts",
      [
        .text("Task"), .text("State"), .number("Began"), .number("Took"), .number("Rows in"),
        .number("Rows out"), .number("Bytes to stages"), .text("Executor"), .text("Why"),
      ])
    for attempt in attempts {
      let executor = Int(attempt.executor)
      table.addRow([
        "stage \(attempt.stage), task \(attempt.partition)",
        attempt.state.name + (attempt.isSpeculative ? ", second attempt" : ""),
        durationText(microseconds: attempt.began),
        attempt.hasEnded ? durationText(microseconds: attempt.runningTime) : "–",
        grouped(attempt.inputRows), grouped(attempt.outputRows), byteText(attempt.shuffleBytes),
        executors.indices.contains(executor) ? executors[executor] : "",
        shortened(attempt.cause, to: 300),
      ])
    }
    return table.markup
  }
}

extension Roost_AttemptHistory {
  /// Microseconds; 0 while it runs.
  var runningTime: Int64 { hasEnded ? max(0, ended &- began) : 0 }
}
