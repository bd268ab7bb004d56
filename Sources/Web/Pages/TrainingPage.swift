import Learning
import Plan
import Wire

/// What became of the groups of a trained table: how a metric spreads over them, and which are best and worst.
package enum TrainingPage {
  /// - Parameters:
  ///   - metric: the one to show; nil for the first that was measured on rows that were held out.
  ///   - comparison: how one group's predictions can be compared with what was; nil when they cannot.
  /// - Throws: `WebError.notFound`.
  package static func page(
    _ job: Roost_JobDescription, _ history: Roost_JobHistory, training index: Int,
    metric name: String?, comparison: GroupComparison?
  ) throws(WebError) -> Page {
    guard history.trainings.indices.contains(index) else {
      throw .notFound("job \(job.job) has no trained table \(index)")
    }
    let training = history.trainings[index]
    let chosen = name.flatMap { name in training.metrics.first { $0.name == name } }
    if let name, chosen == nil {
      throw .notFound(
        "\(training.learner) of job \(job.job) has no metric '\(shortened(name, to: 80))'")
    }
    let metric = chosen ?? training.metrics.preferred
    let address = "/jobs/\(job.job)"
    let own = "\(address)/trainings/\(index)"
    return Page(
      title: "\(history.tables(of: training)) of job \(job.job)", section: .jobs,
      isLive: !job.state.hasEnded
    ) {
      breadcrumbs([("/", "Jobs"), (address, "job \(job.job) \(shortened(job.name, to: 30))")])
      element("h1") {
        history.tables(of: training)
        element("span", ["class": "dim"]) { " \(training.learner)" }
      }
      overview(training, address: address)
      if let metric {
        spread(training, metric, comparison, own)
      } else {
        note("No metric was measured.")
      }
      if let comparison { choice(training, comparison, own) }
      if !training.largestGroups.isEmpty {
        section("Largest groups", id: "largest") {
          table("Largest groups", "Rows", training.largestGroups, comparison, own) {
            grouped(Int64(exactly: $0.rounded()) ?? 0)
          }
        }
      }
    }
  }

  private static func overview(_ training: Roost_TrainingSummary, address: String) -> HTML {
    facts([
      ("Groups", HTML(grouped(training.groups))),
      ("Trained", HTML(grouped(training.groups &- training.errors))),
      (
        "Not trained",
        training.errors > 0
          ? element("strong", ["class": "warning"]) { grouped(training.errors) } : HTML("0")
      ),
      ("Stage", link("\(address)/stages/\(training.stage)", "stage \(training.stage)")),
    ])
  }

  private static func spread(
    _ training: Roost_TrainingSummary, _ metric: Roost_MetricSummary,
    _ comparison: GroupComparison?, _ own: String
  ) -> HTML {
    section("\(metric.name) over the groups", id: "spread") {
      if training.metrics.count > 1 {
        element("nav", ["class": "choices", "aria-label": "Metric"]) {
          for other in training.metrics {
            element(
              "a",
              [
                "href": "\(own)?metric=\(pathSegment(other.name))",
                "aria-current": other.name == metric.name ? "true" : nil,
              ]
            ) { other.name }
          }
        }
      }
      if let values = try? Distribution(wire: metric.values), values.count > 0 {
        figure(metric, values)
        extremes(metric, comparison, own)
      } else {
        note("No group has a number for it.")
      }
    }
  }

  private static func figure(_ metric: Roost_MetricSummary, _ values: Distribution) -> HTML {
    let histogram = Histogram(values)
    let median = values.quantile(0.5) ?? 0
    return element("figure") {
      histogram.markup(
        label: "\(metric.name) of \(counted(values.count, "group")): median \(numberText(median))",
        what: "groups", marks: [("median", median)], format: numberText)
      element("figcaption", ["class": "note"]) {
        "Groups by \(metric.name)\(histogram.scale == .logarithmic ? ", on a logarithmic axis" : "")."
        if histogram.below >= 0.5 || histogram.above >= 0.5 {
          " \(grouped(Int64((histogram.below + histogram.above).rounded()))) lie beyond it."
        }
        if values.missing > 0 { " \(grouped(values.missing)) have no number." }
      }
      facts(
        [("Least", 0.0), ("5 %", 0.05), ("Median", 0.5), ("95 %", 0.95), ("Most", 1)].map {
          ($0, HTML(numberText(values.quantile($1) ?? 0)))
        } + [("Mean", HTML(values.mean.map { numberText($0) } ?? "–"))])
    }
  }

  private static func extremes(
    _ metric: Roost_MetricSummary, _ comparison: GroupComparison?, _ own: String
  ) -> HTML {
    let (best, worst) =
      MetricDirection(of: metric) == .higherIsBetter
      ? (metric.highest, metric.lowest) : (metric.lowest, metric.highest)
    return element("div", ["class": "figures"]) {
      element("div") {
        element("h3") { "Best groups" }
        table("Best groups", metric.name, best, comparison, own, format: numberText)
      }
      element("div") {
        element("h3") { "Worst groups" }
        table("Worst groups", metric.name, worst, comparison, own, format: numberText)
      }
    }
  }

  // MARK: Predicted against actual

  private static func choice(
    _ training: Roost_TrainingSummary, _ comparison: GroupComparison, _ own: String
  ) -> HTML {
    let first = training.metrics.preferred?.lowest.first ?? training.largestGroups.first
    return section("Predicted against actual", id: "comparison") {
      element("p") {
        "A job of its own predicts \(comparison.label) for the rows of one group with the model that was written, "
        "and its page draws both."
      }
      element("form", ["method": "post", "action": "\(own)/compare", "class": "group"]) {
        for (number, column) in comparison.keys.enumerated() {
          let value = first?.keys.first { $0.column == column }?.value ?? ""
          element("label") {
            element("span") { column }
            emptyElement(
              "input",
              [
                "name": "key.\(column)", "id": "key-\(number)", "value": value,
                "autocomplete": "off",
              ])
          }
          element("label", ["class": "check"]) {
            emptyElement("input", ["type": "checkbox", "name": "null.\(column)", "value": "1"])
            " is NULL"
          }
        }
        element("button", ["type": "submit"]) { "Compare" }
      }
    }
  }

  private static func table(
    _ label: String, _ valueName: String, _ groups: [Roost_GroupValue],
    _ comparison: GroupComparison?, _ own: String, format: (Double) -> String
  ) -> HTML {
    let action: ((Roost_GroupValue) -> HTML)? = comparison.map { _ in
      { button(for: $0, own) }
    }
    return GroupTable(label, valueName: valueName, groups, action: action, format: format).markup
  }

  private static func button(for group: Roost_GroupValue, _ own: String) -> HTML {
    element("form", ["method": "post", "action": "\(own)/compare"]) {
      for key in group.keys {
        let name = key.hasValue ? "key.\(key.column)" : "null.\(key.column)"
        emptyElement(
          "input", ["type": "hidden", "name": name, "value": key.hasValue ? key.value : "1"])
      }
      element("button", ["type": "submit", "class": "small"]) { "Compare" }
    }
  }
}

/// Whether a group is better off with more of a metric.
package enum MetricDirection: Hashable, Sendable {
  case higherIsBetter, lowerIsBetter

  /// `test_rmse` is the metric `rmse` of the rows that were held out.
  package init(of metric: Roost_MetricSummary) {
    let name = ["train_", "test_", "cv_"].first { metric.name.hasPrefix($0) }
      .map { String(metric.name.dropFirst($0.count)) }
    self =
      Metric(rawValue: name ?? metric.name)?.largerIsBetter == true
      ? .higherIsBetter : .lowerIsBetter
  }
}

extension [Roost_MetricSummary] {
  /// Of rows that were held out, where there are any.
  var preferred: Roost_MetricSummary? {
    first { $0.name.hasPrefix("test_") && $0.values.count > 0 }
      ?? first { $0.name.hasPrefix("cv_") && $0.values.count > 0 }
      ?? first { $0.values.count > 0 } ?? first
  }
}

extension Roost_JobHistory {
  /// The tables of the stage that trained.
  func tables(of training: Roost_TrainingSummary) -> String {
    stages.first { $0.id == training.stage }?.name ?? "stage \(training.stage)"
  }
}
