import Wire

/// One job: what it is, how it runs or ran, what went wrong, what came out.
package enum JobPage {
  private static let shownRows = 20
  private static let shownIncidents = 100

  /// `predictions`: of a job that compares predictions with what was; its figure comes first.
  package static func page(_ job: Roost_JobDescription, _ history: Roost_JobHistory) -> Page {
    let address = "/jobs/\(job.job)"
    return Page(
      title: "\(job.name) (job \(job.job))", section: .jobs, isLive: !job.state.hasEnded
    ) {
      breadcrumbs([("/", "Jobs")])
      element("div", ["class": "headline"]) {
        element("h1") {
          element("span", ["class": "dim"]) { "Job \(job.job) " }
          job.name
        }
        job.state.badge
        if !job.state.hasEnded { actionButton("\(address)/cancel", "Cancel", isDangerous: true) }
      }
      overview(job, history)
      state(of: job)
      PredictionFigure.markup(job)
      if !history.stages.isEmpty {
        stages(job, history)
        timeline(job, history)
      }
      incidents(history, address: address)
      trainings(history, address: address)
      results(job, history, address: address)
      section("More", id: "more") {
        element("p") {
          link("\(address)/log", "What the tasks printed")
          " · "
          link("/api/v1/jobs/\(job.job)/history", "All of this as JSON")
        }
        if !history.plan.isEmpty {
          disclosure("Plan, as roost explain shows it") {
            scrolling("plan", label: "Plan") { element("pre") { history.plan } }
          }
        }
        disclosure("Job file \(history.fileName)") {
          note("Relative paths start at \(history.folder)")
          scrolling("job file", label: "Job file") { element("pre") { history.jobFile } }
        }
      }
    }
  }

  private static func overview(_ job: Roost_JobDescription, _ history: Roost_JobHistory) -> HTML {
    let progress = job.progress
    let read = history.stages.reduce(Int64(0)) { sum, stage in
      stage.inputs.reduce(sum) { sum, input in
        if case .scan = input.source { sum &+ input.rows } else { sum }
      }
    }
    let shuffled = history.stages.reduce(0.0) { $0 + $1.shuffleBytes.sum }
    var pairs: [(String, HTML)] = [
      (
        job.state.hasEnded ? "Took" : "So far",
        HTML(durationText(milliseconds: job.elapsedMilliseconds))
      ),
      (
        "Tasks",
        fragment {
          "\(grouped(job.finishedTaskCount)) of \(grouped(job.taskCount))"
          if job.runningTaskCount > 0 { ", \(grouped(job.runningTaskCount)) running" }
        }
      ),
      ("Rows read", HTML(grouped(read))),
      ("Between stages", HTML(byteText(Int64(exactly: shuffled.rounded()) ?? 0))),
      ("Retries", HTML(grouped(progress.retries))),
      ("Submitted", HTML(timeText(milliseconds: job.submittedMilliseconds))),
    ]
    if progress.rowsWithoutModel > 0 {
      pairs.append(("Rows without a model", HTML(grouped(progress.rowsWithoutModel))))
    }
    return facts(pairs)
  }

  private static func state(of job: Roost_JobDescription) -> HTML {
    fragment {
      if !job.state.hasEnded, job.taskCount > 0 {
        element("div", ["class": "wide-progress"]) {
          progressBar(job.finishedTaskCount, of: job.taskCount, label: "Tasks")
        }
      }
      if job.progress.isCommitting, !job.state.hasEnded {
        note("The outputs are being made final.")
      }
      if !job.progress.waitingFor.isEmpty, !job.state.hasEnded {
        element("p", ["class": "alert waiting"]) { "Waits: \(job.progress.waitingFor)" }
      }
      if !job.error.isEmpty {
        element(
          "div", ["class": job.state == .failed ? "alert" : "alert waiting", "role": "alert"]
        ) {
          element("strong") {
            job.isRejected
              ? "The job file was refused"
              : job.state == .failed ? "The job failed" : "Not all went well"
          }
          element("pre") { job.error }
        }
      }
    }
  }

  // MARK: Stages and tasks

  private static func stages(_ job: Roost_JobDescription, _ history: Roost_JobHistory) -> HTML {
    section("Stages", id: "stages") {
      if history.stages.count <= StageGraph.stageLimit {
        scrolling("graph", label: "Graph of the stages") {
          StageGraph(history).markup(job: job.job)
        }
      }
      StageTable.markup(history, job: job.job)
    }
  }

  private static func timeline(_ job: Roost_JobDescription, _ history: Roost_JobHistory) -> HTML {
    section("Tasks over time", id: "timeline") {
      if history.attempts.isEmpty {
        note("No task has started yet.")
      } else {
        TimelineFigure.markup(history, now: job.elapsedMilliseconds &* 1000)
      }
    }
  }

  // MARK: What went wrong

  private static func incidents(_ history: Roost_JobHistory, address: String) -> HTML {
    section("What went wrong", id: "incidents") {
      if history.incidents.isEmpty {
        note("Nothing.")
      } else {
        IncidentTable.markup(history.incidents.suffix(shownIncidents), job: address)
        let left =
          UInt64(max(0, history.incidents.count - shownIncidents)) &+ history.leftOutIncidents
        if left > 0 { note("\(counted(left, "incident")) came before these.") }
      }
    }
  }

  // MARK: What came out

  private static func trainings(_ history: Roost_JobHistory, address: String) -> HTML? {
    guard !history.trainings.isEmpty else { return nil }
    return section("Trained models", id: "trainings") {
      TrainingTable.markup(history, job: address)
    }
  }

  private static func results(
    _ job: Roost_JobDescription, _ history: Roost_JobHistory, address: String
  ) -> HTML {
    section("Results", id: "results") {
      if job.outputs.isEmpty, job.shown.isEmpty {
        note(
          job.state.hasEnded
            ? job.state == .succeeded
              ? "The job left no files and shows no rows (of old jobs, shown rows are forgotten)."
              : "None: outputs appear all together, or not at all."
            : "They appear when the job is done, all together.")
        pending(history)
      }
      if !job.outputs.isEmpty { OutputTable.markup(job) }
      for table in job.shown { rows(of: table, address: address) }
    }
  }

  private static func pending(_ history: Roost_JobHistory) -> HTML? {
    let written = history.results.filter { $0.rows > 0 }
    guard !written.isEmpty else { return nil }
    return note(
      "So far: "
        + written.map { "\($0.table) \(counted($0.rows, "row")) (\(byteText($0.bytes)))" }
        .joined(separator: ", "))
  }

  private static func rows(of table: Roost_ShownTable, address: String) -> HTML {
    element("div", ["class": "result"]) {
      element("h3") { table.table }
      if let shown = try? ShownTable(table) {
        shown.markup(limit: shownRows)
        if shown.rowCount > shownRows {
          element("p") {
            link(
              "\(address)/results/\(pathSegment(table.table))",
              "All \(counted(shown.rowCount, "row"))")
          }
        }
      } else {
        note("These rows cannot be read.")
      }
    }
  }
}
