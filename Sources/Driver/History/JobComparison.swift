import Foundation
import Plan
import Wire

/// Two jobs side by side: what was asked for, and what came of it.
package struct JobComparison: Hashable, Sendable {
  /// One line: nil where a job does not have it.
  package struct Parameter: Hashable, Sendable {
    /// The way to it in the job file: `tables.models.train.params.regParam`.
    package var name: String
    package var first: String?
    package var second: String?

    package var differs: Bool { first != second }
  }

  package enum Unit: Hashable, Sendable {
    case seconds, rows, bytes, count, value
  }

  package struct Metric: Hashable, Sendable {
    package var name: String
    package var unit: Unit
    package var first: Double?
    package var second: Double?

    package var difference: Double? {
      first.flatMap { first in second.map { $0 - first } }
    }

    /// As a share of the first: 0.1 for a tenth more. Nil where there is nothing to divide by.
    package var relativeDifference: Double? {
      guard let first, first != 0, let difference else { return nil }
      return difference / abs(first)
    }
  }

  /// In the order of the first job file, what only the second has at the end.
  package var parameters: [Parameter]
  package var metrics: [Metric]

  package init(_ first: Side, _ second: Side) {
    parameters = Self.joined(first.parameters, second.parameters).map {
      Parameter(name: $0, first: $1, second: $2)
    }
    let firstMetrics = first.metrics
    let secondMetrics = second.metrics
    let units = Dictionary(
      (firstMetrics + secondMetrics).map { ($0.name, $0.unit) }, uniquingKeysWith: { one, _ in one }
    )
    metrics = Self.joined(
      firstMetrics.map { ($0.name, $0.value) }, secondMetrics.map { ($0.name, $0.value) }
    ).map { Metric(name: $0, unit: units[$0] ?? .value, first: $1, second: $2) }
  }

  private static func joined<Value>(
    _ first: [(String, Value)], _ second: [(String, Value)]
  ) -> [(String, Value?, Value?)] {
    let seconds = Dictionary(second, uniquingKeysWith: { one, _ in one })
    let names = Set(first.map(\.0))
    return first.map { ($0.0, $0.1, seconds[$0.0]) }
      + second.filter { !names.contains($0.0) }.map { ($0.0, nil, $0.1) }
  }
}

extension JobComparison {
  /// One of the two jobs.
  package struct Side: Sendable {
    private let job: Roost_JobDescription
    private let history: Roost_JobHistory

    package init(_ job: Roost_JobDescription, _ history: Roost_JobHistory) {
      self.job = job
      self.history = history
    }

    fileprivate var parameters: [(String, String)] { jobFileLeaves(history.jobFile) }

    fileprivate var metrics: [(name: String, unit: Unit, value: Double)] {
      var metrics: [(name: String, unit: Unit, value: Double)] = [
        ("time", .seconds, Double(job.elapsedMilliseconds) / 1000),
        ("tasks", .count, Double(history.stages.reduce(0) { $0 + Int($1.tasks) })),
        ("tasks that ran again", .count, Double(job.progress.retries)),
        (
          "failed attempts", .count,
          Double(history.stages.reduce(0) { $0 + Int($1.failedAttempts) })
        ),
        ("lost attempts", .count, Double(history.stages.reduce(0) { $0 + Int($1.lostAttempts) })),
      ]
      for stage in history.stages {
        if stage.hasBegan, stage.hasEnded {
          metrics.append(
            ("stage \(stage.name): time", .seconds, Double(stage.ended - stage.began) / 1e6))
        }
        metrics.append(("stage \(stage.name): input rows", .rows, stage.inputRows.sum))
        metrics.append(("stage \(stage.name): shuffle", .bytes, stage.shuffleBytes.sum))
      }
      for result in history.results where result.action != "show" {
        metrics.append(("\(result.table): rows", .rows, Double(result.rows)))
        metrics.append(("\(result.table): bytes", .bytes, Double(result.bytes)))
      }
      for training in history.trainings { metrics += self.metrics(of: training) }
      return metrics
    }

    private func metrics(
      of training: Roost_TrainingSummary
    ) -> [(name: String, unit: Unit, value: Double)] {
      let tables = history.stages.first { $0.id == training.stage }?.name ?? "\(training.stage)"
      let prefix = "\(tables), \(training.learner)"
      var metrics: [(name: String, unit: Unit, value: Double)] = [
        ("\(prefix): groups", .count, Double(training.groups)),
        ("\(prefix): groups not trained", .count, Double(training.errors)),
      ]
      for metric in training.metrics {
        guard let values = try? Distribution(wire: metric.values), let mean = values.mean,
          let median = values.quantile(0.5)
        else { continue }
        metrics.append(("\(prefix): mean \(metric.name)", .value, mean))
        metrics.append(("\(prefix): median \(metric.name)", .value, median))
      }
      return metrics
    }
  }
}
