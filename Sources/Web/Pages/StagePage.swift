import Foundation
import Plan
import Wire

/// One stage: how its tasks differ in time and size, which were slowest, which groups are largest.
package enum StagePage {
  private static let slowest = 15

  /// Throws `WebError.notFound`.
  package static func page(
    _ job: Roost_JobDescription, _ history: Roost_JobHistory, stage number: UInt32
  ) throws(WebError) -> Page {
    guard let stage = history.stages.first(where: { $0.id == number }) else {
      throw .notFound("job \(job.job) has no stage \(number)")
    }
    let address = "/jobs/\(job.job)"
    return Page(
      title: "Stage \(number) of job \(job.job)", section: .jobs, isLive: !job.state.hasEnded
    ) {
      breadcrumbs([("/", "Jobs"), (address, "job \(job.job) \(shortened(job.name, to: 30))")])
      element("h1") {
        element("span", ["class": "dim"]) { "Stage \(number) " }
        stage.name
      }
      overview(stage)
      inputs(stage)
      section("Tasks", id: "distributions") { distributions(stage) }
      section("Slowest tasks", id: "slowest") { slowest(of: number, history) }
      largestGroups(of: number, history, address: address)
      incidents(of: number, history, address: address)
    }
  }

  private static func overview(_ stage: Roost_StageHistory) -> HTML {
    var pairs: [(String, HTML)] = [
      ("Tasks", HTML("\(grouped(stage.finished)) of \(grouped(stage.tasks))")),
      ("Running", HTML(grouped(stage.running))),
      ("Failed attempts", HTML(grouped(stage.failedAttempts))),
      ("Lost attempts", HTML(grouped(stage.lostAttempts))),
      ("Second attempts", HTML(grouped(stage.speculativeAttempts))),
    ]
    if stage.hasBegan {
      pairs.append(("Began after", HTML(durationText(microseconds: stage.began))))
      if stage.hasEnded {
        pairs.append(("Took", HTML(durationText(microseconds: stage.ended &- stage.began))))
      }
    }
    if stage.isIndeterminate {
      pairs.append(
        ("Lost outputs", HTML("start the whole stage again: its functions may give other rows")))
    }
    return facts(pairs)
  }

  private static func inputs(_ stage: Roost_StageHistory) -> HTML? {
    guard !stage.inputs.isEmpty else { return nil }
    var table = DataTable(
      "What the stage reads",
      [.text("From"), .number("Rows"), .number("In memory"), .number("Time reading, all tasks")])
    for input in stage.inputs {
      let text =
        switch input.source {
        case .scan(let text): text
        case .exchange(let exchange): "exchange \(exchange)"
        case .cached(let name): "cached table \(name)"
        case nil: ""
        }
      table.addRow([
        element("span", ["class": "wide"]) { text }, HTML(grouped(input.rows)),
        HTML(byteText(input.bytes)), HTML(durationText(microseconds: input.readingMicroseconds)),
      ])
    }
    return section("Reads", id: "inputs") { table.markup }
  }

  private static func distributions(_ stage: Roost_StageHistory) -> HTML {
    element("div", ["class": "figures"]) {
      figure("Running time", of: stage.runningTimes, unit: .time)
      figure("Rows read", of: stage.inputRows, unit: .count)
      figure("Bytes to other stages", of: stage.shuffleBytes, unit: .bytes)
    }
  }

  private enum Unit {
    case time, count, bytes

    func text(_ value: Double) -> String {
      let whole = Int64(exactly: value.rounded()) ?? 0
      return switch self {
      case .time: durationText(microseconds: whole)
      case .count: grouped(whole)
      case .bytes: byteText(whole)
      }
    }
  }

  private static func figure(_ name: String, of wire: Roost_Distribution, unit: Unit) -> HTML {
    element("figure") {
      element("figcaption") { name }
      if let distribution = try? Distribution(wire: wire), distribution.count > 0 {
        let median = distribution.quantile(0.5) ?? 0
        let high = distribution.quantile(0.95) ?? 0
        if distribution.maximum > 0 {
          Histogram(distribution).markup(
            label:
              "\(name) of \(counted(distribution.count, "task")): median \(unit.text(median)), "
              + "longest \(unit.text(distribution.maximum))",
            what: "tasks", marks: [("median", median), ("95 %", high)], format: unit.text)
        }
        quantiles(distribution, unit)
        if median > 0, distribution.maximum > 3 * median, distribution.count > 3 {
          element("p", ["class": "warning"]) {
            "Skewed: the largest is \(numberText(distribution.maximum / median)) times the median."
          }
        }
      } else {
        note("No task has finished yet.")
      }
    }
  }

  private static func quantiles(_ distribution: Distribution, _ unit: Unit) -> HTML {
    facts(
      [("Least", 0.0), ("Median", 0.5), ("95 %", 0.95), ("Most", 1)].map { name, share in
        (name, HTML(unit.text(distribution.quantile(share) ?? 0)))
      })
  }

  private static func slowest(of stage: UInt32, _ history: Roost_JobHistory) -> HTML {
    let attempts = history.attempts.filter { $0.stage == stage && $0.hasEnded }
      .sorted { ($1.runningTime, $0.epoch) < ($0.runningTime, $1.epoch) }
    return attempts.isEmpty
      ? note("No task has finished yet.")
      : AttemptTable.markup(attempts.prefix(slowest), executors: history.executors)
  }

  private static func largestGroups(
    of stage: UInt32, _ history: Roost_JobHistory, address: String
  ) -> HTML? {
    let trainings = history.trainings.enumerated().filter {
      $1.stage == stage && !$1.largestGroups.isEmpty
    }
    guard !trainings.isEmpty else { return nil }
    return section("Largest groups", id: "largest-groups") {
      note(
        "A group is one task's work however many slots there are: a large one makes its task a straggler."
      )
      for (index, training) in trainings {
        element("h3") { link("\(address)/trainings/\(index)", training.learner) }
        GroupTable("Largest groups", valueName: "Rows", training.largestGroups) {
          grouped(Int64(exactly: $0.rounded()) ?? 0)
        }
        .markup
      }
    }
  }

  private static func incidents(
    of stage: UInt32, _ history: Roost_JobHistory, address: String
  ) -> HTML? {
    let incidents = history.incidents.filter { $0.hasStage && $0.stage == stage }
    guard !incidents.isEmpty else { return nil }
    return section("What went wrong", id: "incidents") {
      IncidentTable.markup(incidents.suffix(100), job: address)
    }
  }
}
