import Foundation
import Testing
import Web
import Wire

@Suite struct PrometheusTextTests {
  /// A line of the format, taken apart as its description says.
  private struct Sample: Hashable {
    var name: String
    var labels: [String: String]
    var value: String
  }

  private func samples(_ text: String) throws -> [Sample] {
    try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      var rest = line[...]
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
      rest = rest.dropFirst(name.count)
      var labels: [String: String] = [:]
      if rest.first == "{" {
        rest = rest.dropFirst()
        while rest.first != "}" {
          let label = rest.prefix { $0 != "=" }
          rest = rest.dropFirst(label.count + 2)
          var value = ""
          while let character = rest.popFirst(), character != "\"" {
            guard character == "\\" else {
              value.append(character)
              continue
            }
            guard let escaped = rest.popFirst() else { break }
            value.append(escaped == "n" ? "\n" : escaped)
          }
          labels[String(label)] = value
          if rest.first == "," { rest = rest.dropFirst() }
        }
        rest = rest.dropFirst()
      }
      try #require(rest.first == " ")
      return Sample(name: String(name), labels: labels, value: String(rest.dropFirst()))
    }
  }

  @Test func labelsAreWhatTheyWere() throws {
    let odd = "a \"quoted\" \\ back\nslash, {brace} é"
    let text = PrometheusText([
      .with {
        $0.name = "roost_x"
        $0.help = "One \\ line\nor two"
        $0.kind = .gauge
        $0.samples = [
          .with {
            $0.labels = [
              .with {
                $0.name = "executor"
                $0.value = odd
              }
            ]
            $0.value = 1.5
          }
        ]
      }
    ]).text
    #expect(text.hasPrefix("# HELP roost_x One \\\\ line\\nor two\n# TYPE roost_x gauge\n"))
    #expect(try samples(text) == [Sample(name: "roost_x", labels: ["executor": odd], value: "1.5")])
  }

  @Test func histogramsHaveBucketsSumAndCount() throws {
    let text = PrometheusText([
      .with {
        $0.name = "h"
        $0.kind = .histogram
        $0.samples = [
          .with {
            $0.value = 7.25
            $0.buckets = ([(0.5, 2), (1, 3), (.infinity, 5)] as [(Double, UInt64)]).map {
              bound, count in
              .with {
                $0.upperBound = bound
                $0.count = count
              }
            }
          }
        ]
      }
    ]).text
    #expect(
      try samples(text) == [
        Sample(name: "h_bucket", labels: ["le": "0.5"], value: "2"),
        Sample(name: "h_bucket", labels: ["le": "1"], value: "3"),
        Sample(name: "h_bucket", labels: ["le": "+Inf"], value: "5"),
        Sample(name: "h_sum", labels: [:], value: "7.25"),
        Sample(name: "h_count", labels: [:], value: "5"),
      ])
  }

  @Test(arguments: [
    (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (3, "3"), (-0.25, "-0.25"),
    (1e300, "1e+300"),
  ]) func numbersAreWritten(value: Double, text: String) throws {
    let written = PrometheusText([
      .with {
        $0.name = "x"
        $0.kind = .counter
        $0.samples = [.with { $0.value = value }]
      }
    ]).text
    #expect(try samples(written).map(\.value) == [text])
  }
}
