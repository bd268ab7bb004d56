import Foundation

/// What was predicted against what was: points near the diagonal are good.
package struct ScatterPlot: Sendable {
  package struct Point: Hashable, Sendable {
    package var actual: Double
    package var predicted: Double

    package init(actual: Double, predicted: Double) {
      self.actual = actual
      self.predicted = predicted
    }
  }

  /// Those whose numbers are both there.
  package let points: [Point]

  package init(_ points: [Point]) {
    self.points = points.filter { $0.actual.isFinite && $0.predicted.isFinite }
  }

  /// The root of the mean squared difference; nil without points.
  package var rootMeanSquaredError: Double? {
    guard !points.isEmpty else { return nil }
    let sum = points.reduce(0) { $0 + ($1.predicted - $1.actual) * ($1.predicted - $1.actual) }
    return (sum / Double(points.count)).squareRoot()
  }

  private static let side = 460.0
  private static let left = 60.0
  private static let bottom = 44.0
  private static let margin = 12.0

  func markup(actualName: String) -> HTML {
    let range = self.range
    func along(_ value: Double) -> Double {
      (value - range.lowerBound) / (range.upperBound - range.lowerBound) * Self.side
    }
    let (width, height) = (
      Self.left + Self.side + Self.margin, Self.side + Self.bottom + Self.margin
    )
    func x(_ value: Double) -> Double { Self.left + along(value) }
    func y(_ value: Double) -> Double { Self.margin + Self.side - along(value) }
    return element(
      "svg",
      [
        "class": "scatter", "viewBox": "0 0 \(Int(width)) \(Int(height))", "role": "img",
        "aria-label": "\(counted(points.count, "row")): predicted against actual \(actualName). "
          + "The table below has the numbers.",
      ]
    ) {
      element("g", ["class": "axis"]) {
        for tick in AxisTicks(range, count: 6).values {
          element(
            "line",
            [
              "x1": place(x(tick)), "x2": place(x(tick)), "y1": place(Self.margin),
              "y2": place(Self.margin + Self.side),
            ])
          element(
            "line",
            [
              "x1": place(Self.left), "x2": place(Self.left + Self.side), "y1": place(y(tick)),
              "y2": place(y(tick)),
            ])
          element(
            "text",
            [
              "x": place(x(tick)), "y": place(Self.margin + Self.side + 16),
              "text-anchor": "middle",
            ]
          ) { AxisTicks.text(tick) }
          element(
            "text", ["x": place(Self.left - 6), "y": place(y(tick) + 4), "text-anchor": "end"]
          ) { AxisTicks.text(tick) }
        }
        element(
          "text",
          [
            "class": "name", "x": place(Self.left + Self.side / 2), "y": place(height - 6),
            "text-anchor": "middle",
          ]
        ) { "actual \(actualName)" }
        element(
          "text",
          [
            "class": "name", "x": "14", "y": place(Self.margin + Self.side / 2),
            "text-anchor": "middle",
            "transform": "rotate(-90 14 \(place(Self.margin + Self.side / 2)))",
          ]
        ) { "predicted" }
      }
      element(
        "line",
        [
          "class": "diagonal", "x1": place(x(range.lowerBound)), "y1": place(y(range.lowerBound)),
          "x2": place(x(range.upperBound)), "y2": place(y(range.upperBound)),
        ])
      element("g", ["class": "points"]) {
        for point in points {
          element(
            "circle", ["cx": place(x(point.actual)), "cy": place(y(point.predicted)), "r": "2.5"])
        }
      }
    }
  }

  /// The same for both, so that the diagonal is one.
  private var range: ClosedRange<Double> {
    let all = points.flatMap { [$0.actual, $0.predicted] }
    guard let low = all.min(), let high = all.max() else { return 0...1 }
    let space = high > low ? (high - low) * 0.04 : max(abs(low) * 0.1, 1)
    return low - space...high + space
  }
}
