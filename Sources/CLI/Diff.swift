import ArgumentParser
import Driver
import Foundation
import Wire

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compares two jobs: parameters and metrics side by side.")

  @Argument(help: "The number of a job.")
  var first: UInt64
  @Argument(help: "The number of another job.")
  var second: UInt64
  @OptionGroup var driver: DriverOption
  @Flag(help: "Also what is the same in both.")
  var all = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let sides = try [first, second].map {
      JobComparison.Side(
        try driver.description(ofJob: $0), try driver.history(ofJob: $0))
    }
    let comparison = JobComparison(sides[0], sides[1])
    let parameters = comparison.parameters.filter { all || $0.differs }
    let metrics = comparison.metrics.filter { all || $0.difference != 0 }
    if json {
      try printJSON(
        Comparison(
          parameters: parameters.map { .init(name: $0.name, first: $0.first, second: $0.second) },
          metrics: metrics.map {
            .init(
              name: $0.name, first: $0.first, second: $0.second, difference: $0.difference,
              relativeDifference: $0.relativeDifference)
          }))
      return
    }
    let (one, two) = ("job \(first)", "job \(second)")
    if parameters.isEmpty {
      print("the job files say the same")
    } else {
      print(
        TextTable(
          header: ["parameter", one, two],
          rows: parameters.map { [$0.name, $0.first ?? "", $0.second ?? ""] },
          rightAligned: [false, false, false]
        ).text)
    }
    guard !metrics.isEmpty else { return }
    print(
      TextTable(
        header: ["metric", one, two, "difference", ""],
        rows: metrics.map { metric in
          [
            metric.name, metric.unit.text(metric.first), metric.unit.text(metric.second),
            metric.difference.map { ($0 > 0 ? "+" : "") + metric.unit.text($0) } ?? "",
            metric.relativeDifference.map { String(format: "%+.1f%%", 100 * $0) } ?? "",
          ]
        },
        rightAligned: [false, true, true, true, true]
      ).text, terminator: "")
  }
}

private struct Comparison: Encodable {
  struct Parameter: Encodable {
    var name: String
    var first: String?
    var second: String?
  }
  struct Metric: Encodable {
    var name: String
    var first: Double?
    var second: Double?
    var difference: Double?
    var relativeDifference: Double?
  }

  var parameters: [Parameter]
  var metrics: [Metric]
}

extension JobComparison.Unit {
  fileprivate func text(_ value: Double?) -> String {
    guard let value else { return "" }
    // A count of a history is far below what a double holds exactly.
    let whole = Int64(exactly: value.rounded()) ?? 0
    return switch self {
    case .seconds: String(format: "%.2f s", value)
    case .rows, .count: grouped(whole)
    case .bytes: (value < 0 ? "-" : "") + byteText(Int64(exactly: abs(value).rounded()) ?? 0)
    case .value: String(format: "%.4g", value)
    }
  }
}
