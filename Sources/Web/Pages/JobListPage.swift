import Wire

/// All jobs that the driver remembers, the latest first.
package enum JobListPage {
  /// Rows of the page; older jobs are in the API.
  private static let limit = 500

  package static func page(
    _ jobs: [Roost_JobDescription], executors: [Roost_ExecutorDescription], driver: String
  ) -> Page {
    Page(title: "Jobs", section: .jobs, isLive: true) {
      element("h1") { "Jobs" }
      cluster(executors)
      if jobs.isEmpty {
        element("div", ["class": "empty"]) {
          element("p") { "No jobs yet. Submit one:" }
          element("pre") { "roost submit JOB.yaml --driver \(driver)" }
        }
      } else {
        table(jobs.reversed().prefix(limit))
        if jobs.count > limit {
          note("\(counted(jobs.count - limit, "older job")) are in the API: /api/v1/jobs")
        }
      }
    }
  }

  private static func cluster(_ executors: [Roost_ExecutorDescription]) -> HTML {
    let slots = executors.reduce(0) { $0 + Int($1.slots) }
    let busy = executors.reduce(0) { $0 + Int(min($1.running, $1.slots)) }
    return element("p", ["class": "note"]) {
      if executors.isEmpty {
        "No executors: jobs wait until one comes. "
        link("/cluster", "How to start one")
      } else {
        "\(counted(executors.count, "executor")), \(busy) of \(counted(slots, "slot")) busy"
      }
    }
  }

  private static func table(_ jobs: some Collection<Roost_JobDescription>) -> HTML {
    var table = DataTable(
      "Jobs",
      [
        .number("Job"), .text("Name"), .text("State"), .text("Tasks"), .number("Time"),
        .number("Retries"), .text("Submitted"),
      ])
    for job in jobs {
      let address = "/jobs/\(job.job)"
      table.addRow([
        link(address, "\(job.job)"),
        link(address, job.name),
        fragment {
          job.state.badge
          if !job.error.isEmpty {
            element("div", ["class": "cause"]) { shortened(job.error, to: 140) }
          }
        },
        tasks(of: job),
        HTML(durationText(milliseconds: job.elapsedMilliseconds)),
        HTML(job.progress.retries > 0 ? grouped(job.progress.retries) : ""),
        HTML(timeText(milliseconds: job.submittedMilliseconds)),
      ])
    }
    return table.markup
  }

  private static func tasks(of job: Roost_JobDescription) -> HTML {
    guard job.taskCount > 0 else { return HTML() }
    return fragment {
      if !job.state.hasEnded {
        progressBar(job.finishedTaskCount, of: job.taskCount, label: "Tasks of job \(job.job)")
        " "
      }
      "\(grouped(job.finishedTaskCount))/\(grouped(job.taskCount))"
    }
  }
}
