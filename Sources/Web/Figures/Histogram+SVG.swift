import Foundation
import Plan

extension Histogram {
  /// Wide enough for what stands beside others, whose texts are then as large as those of the page.
  private static let size = (width: 440.0, height: 190.0)
  private static let left = 44.0
  private static let bottom = 26.0
  private static let top = 18.0

  /// - Parameters:
  ///   - what: what is counted, in the plural: `groups`.
  ///   - marks: numbers with a line of their own, and their names.
  ///   - format: a number on the axis as a text.
  func markup(
    label: String, what: String, marks: [(name: String, value: Double)],
    format: (Double) -> String
  ) -> HTML {
    let highest = max(1, bins.map(\.count).max() ?? 1)
    let ground = Self.size.height - Self.bottom
    let scaleY = (ground - Self.top) / highest
    return element(
      "svg",
      [
        "class": "histogram", "viewBox": "0 0 \(Int(Self.size.width)) \(Int(Self.size.height))",
        "role": "img", "aria-label": label,
      ]
    ) {
      element("g", ["class": "axis"]) {
        for tick in AxisTicks(0...highest, count: 3).values where tick == tick.rounded() {
          let y = ground - tick * scaleY
          element(
            "line",
            ["x1": place(Self.left), "x2": place(Self.size.width), "y1": place(y), "y2": place(y)])
          element(
            "text", ["x": place(Self.left - 6), "y": place(y + 4), "text-anchor": "end"]
          ) { AxisTicks.text(tick) }
        }
        for tick in ticks {
          let x = self.x(tick)
          element(
            "text",
            [
              "x": place(x), "y": place(Self.size.height - 8),
              "text-anchor": x > Self.size.width - 30 ? "end" : "middle",
            ]
          ) { format(tick) }
        }
      }
      for bin in bins where bin.count >= 0.5 {
        let (begin, end) = (x(bin.lower), x(bin.upper))
        element(
          "rect",
          [
            "class": "bin", "x": place(begin + 0.5),
            "y": place(ground - max(1.5, bin.count * scaleY)),
            "width": place(max(1, end - begin - 1)),
            "height": place(max(1.5, bin.count * scaleY)),
          ]
        ) {
          element("title") {
            "\(format(bin.lower)) to \(format(bin.upper)): \(grouped(Int64(bin.count.rounded()))) \(what)"
          }
        }
      }
      for mark in marks { line(mark, ground: ground) }
    }
  }

  private func line(_ mark: (name: String, value: Double), ground: Double) -> HTML? {
    let x = self.x(mark.value)
    guard x >= Self.left, x <= Self.size.width else { return nil }
    return element("g", ["class": "mark"]) {
      element(
        "line", ["x1": place(x), "x2": place(x), "y1": place(Self.top - 4), "y2": place(ground)])
      element(
        "text",
        [
          "x": place(x), "y": "11",
          "text-anchor": x > Self.size.width - 40 ? "end" : x < Self.left + 30 ? "start" : "middle",
        ]
      ) { mark.name }
    }
  }

  private var ticks: [Double] {
    guard let first = bins.first, let last = bins.last else { return [] }
    guard scale == .logarithmic else {
      return AxisTicks(first.lower...last.upper, count: 5).values
    }
    let (low, high) = (log10(first.lower), log10(last.upper))
    let powers = Int(low.rounded(.up))...max(Int(low.rounded(.up)), Int(high.rounded(.down)))
    let step = max(1, powers.count / 5)
    let whole = stride(from: powers.lowerBound, through: powers.upperBound, by: step)
      .map { pow(10, Double($0)) }.filter { $0 >= first.lower && $0 <= last.upper }
    return whole.count >= 2 ? whole : [first.lower, pow(10, (low + high) / 2), last.upper]
  }

  private func x(_ value: Double) -> Double {
    guard let first = bins.first, let last = bins.last else { return Self.left }
    let share =
      scale == .linear
      ? (value - first.lower) / (last.upper - first.lower)
      : (log10(max(value, .leastNonzeroMagnitude)) - log10(first.lower))
        / (log10(last.upper) - log10(first.lower))
    return Self.left + 4 + share * (Self.size.width - Self.left - 8)
  }
}
