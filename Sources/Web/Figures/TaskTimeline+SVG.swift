import Driver
import Wire

extension TaskTimeline {
  private static let laneHeight = 18.0
  private static let barHeight = 14.0
  private static let executorGap = 22.0
  private static let axisHeight = 24.0
  /// A bar of an attempt that did not end well is seen however short it was.
  private static let leastWidth = 2.5
  /// Shades by which the stages are told apart.
  private static let shadeCount: UInt32 = 6

  /// `stageNames`: by the numbers of the stages.
  func markup(stageNames: [UInt32: String]) -> HTML {
    let tops = laneTops
    let height = (tops.last ?? 0) + Self.laneHeight + Self.axisHeight
    return element(
      "svg",
      [
        "class": "timeline", "viewBox": "0 0 \(Self.width) \(place(height))",
        "width": "\(Int(Self.width))", "height": "\(Int(height))", "role": "img",
        "aria-label": "Tasks over time: \(counted(attempts.count, "attempt")) on "
          + "\(counted(executors.count, "executor")), \(durationText(microseconds: end)) in all. "
          + "The table below has them as text.",
      ]
    ) {
      Self.patterns
      axis(height: height)
      for (index, lane) in lanes.enumerated() {
        if index == 0 || lanes[index - 1].executor != lane.executor {
          element("text", ["class": "executor", "x": "0", "y": place(tops[index] - 6)]) {
            executors.indices.contains(lane.executor) ? executors[lane.executor] : "?"
          }
        }
        element(
          "rect",
          [
            "class": "lane", "x": "0", "y": place(tops[index]), "width": "\(Int(Self.width))",
            "height": "\(Int(Self.laneHeight - 2))",
          ])
      }
      for bar in bars { markup(of: bar, top: tops[bar.lane], stageNames: stageNames) }
    }
  }

  private var laneTops: [Double] {
    var tops: [Double] = []
    var y = 0.0
    for (index, lane) in lanes.enumerated() {
      if index == 0 || lanes[index - 1].executor != lane.executor { y += Self.executorGap }
      tops.append(y)
      y += Self.laneHeight
    }
    return tops
  }

  private func markup(
    of bar: Bar, top: Double, stageNames: [UInt32: String]
  ) -> HTML {
    let scale = Self.width / Double(end)
    let left = Double(bar.began) * scale
    let isCalm = bar.state == .finished || bar.state == .running
    let width = max(Double(bar.ended - bar.began) * scale, isCalm ? 0.6 : Self.leastWidth)
    let y = top + (Self.laneHeight - 2 - Self.barHeight) / 2
    let shade = bar.stage.map { "s\($0 % Self.shadeCount)" } ?? "mixed"
    let drawn = element(
      "rect",
      [
        "class": "\(bar.state.name) \(shade)\(bar.isRepeated ? " repeated" : "")", "x": place(left),
        "y": place(y), "width": decimalText(width, digits: width < 2 ? 2 : 1),
        "height": "\(Int(Self.barHeight))",
        // The outline of a narrow bar must not hide it.
        "stroke-width": bar.isRepeated ? decimalText(min(1.8, width / 4), digits: 1) : nil,
      ]
    ) { element("title") { title(of: bar, stageNames) } }
    // A pattern leaves no room for a text.
    guard width >= 30, bar.state == .finished, let index = bar.attempt else { return drawn }
    let text = "\(attempts[index].stage)/\(attempts[index].partition)"
    guard Double(text.count) * 6.5 + 6 < width else { return drawn }
    return fragment {
      drawn
      element("text", ["class": "on-bar", "x": place(left + 4), "y": place(y + 10.5)]) { text }
    }
  }

  private func title(of bar: Bar, _ stageNames: [UInt32: String]) -> String {
    let time = durationText(microseconds: bar.ended - bar.began)
    guard let index = bar.attempt else {
      let stage = bar.stage.map { "stage \($0)" } ?? "several stages"
      return "\(bar.count) attempts of \(stage), \(bar.state.name), \(time) in all"
    }
    let attempt = attempts[index]
    var text =
      "task \(attempt.partition) of stage \(attempt.stage) (\(shortened(stageNames[attempt.stage] ?? "", to: 24))), "
      + "\(bar.state.name)\(bar.isRepeated ? ", tried again" : ""), \(time)"
    if !attempt.cause.isEmpty { text += ": \(shortened(attempt.cause, to: 120))" }
    return text
  }

  private func axis(height: Double) -> HTML {
    let seconds = Double(end) / 1e6
    let bottom = height - Self.axisHeight
    return element("g", ["class": "axis"]) {
      for tick in AxisTicks(0...seconds, count: 8).values {
        let x = tick / seconds * Self.width
        let isLast = x > Self.width - 30
        element("line", ["x1": place(x), "x2": place(x), "y1": "14", "y2": place(bottom + 4)])
        element(
          "text",
          [
            "x": place(x), "y": place(bottom + 18),
            "text-anchor": x < 20 ? "start" : isLast ? "end" : "middle",
          ]
        ) { "\(AxisTicks.text(tick)) s" }
      }
    }
  }

  /// States differ in pattern, too, not in colour alone.
  private static let patterns = element("defs") {
    pattern("failed-pattern", "M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5")
    pattern("lost-pattern", "M0 0 L6 6 M0 6 L6 0")
    pattern("cancelled-pattern", "M0 3 L6 3")
    pattern("running-pattern", "M3 0 L3 6")
  }

  private static func pattern(_ name: String, _ path: String) -> HTML {
    element(
      "pattern", ["id": name, "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"]
    ) {
      element("rect", ["class": "ground", "width": "6", "height": "6"])
      element("path", ["d": path])
    }
  }

  /// What the colours mean; only what there is.
  var legend: HTML {
    let states = Set(attempts.map(\.state))
    let known: [Roost_AttemptState] = [.finished, .running, .failed, .lost, .cancelled]
    return element("ul", ["class": "legend"]) {
      for state in known where states.contains(state) {
        element("li") {
          Self.swatch(state.name + " s0")
          state.meaning
        }
      }
      if bars.contains(where: \.isRepeated) {
        element("li") {
          Self.swatch("finished s0 repeated")
          "tried again"
        }
      }
    }
  }

  private static func swatch(_ style: String) -> HTML {
    element(
      "svg", ["class": "timeline swatch", "width": "18", "height": "12", "aria-hidden": "true"]
    ) { element("rect", ["class": style, "x": "1", "y": "1", "width": "16", "height": "10"]) }
  }
}

extension Roost_AttemptState {
  /// In the legend.
  fileprivate var meaning: String {
    switch self {
    case .finished: "finished (shades: stages)"
    case .lost: "lost with its executor"
    case .cancelled: "cancelled: nobody waited for it"
    case .running, .failed, .unspecified, .UNRECOGNIZED: name
    }
  }
}
