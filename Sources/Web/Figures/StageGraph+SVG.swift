import Wire

extension StageGraph {
  private static let lineHeight = 17.0
  private static let labelLineHeight = 14.0
  private static let margin = 8.0

  /// Where everything is.
  package var layout: LayeredLayout {
    LayeredLayout(
      nodes: nodes.map(Self.size(of:)),
      edges: arrows.map {
        LayeredLayout.Edge(
          from: $0.from, to: $0.to,
          label: LayeredLayout.Size(
            width: Self.textWidth($0.lines, perCharacter: 6.4) + 10,
            height: Self.labelLineHeight * Double($0.lines.count) + 4))
      })
  }

  /// Boxes and arrows; stages lead to their pages.
  func markup(job: UInt64) -> HTML {
    let layout = self.layout
    let (width, height) = (
      layout.size.width + 2 * Self.margin, layout.size.height + 2 * Self.margin
    )
    return element(
      "svg",
      [
        "class": "graph", "viewBox": "\(-Self.margin) \(-Self.margin) \(width) \(height)",
        "width": "\(Int(width))", "height": "\(Int(height))", "role": "group",
        "aria-label": "Stages of the job and what flows between them",
      ]
    ) {
      element("defs") {
        element(
          "marker",
          [
            "id": "arrowhead", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "8",
            "markerHeight": "8", "orient": "auto-start-reverse",
          ]
        ) { element("path", ["d": "M0 0 L8 4 L0 8 z", "class": "arrowhead"]) }
      }
      for (arrow, route) in zip(arrows, layout.routes) {
        path(of: route)
        if !arrow.lines.isEmpty { label(arrow.lines, at: route.label) }
      }
      for (node, middle) in zip(nodes, layout.nodes) { box(node, at: middle, job: job) }
    }
  }

  private func path(of route: LayeredLayout.Route) -> HTML {
    var path = ""
    for (index, point) in route.points.enumerated() {
      if index == 0 {
        path = "M\(place(point.x)) \(place(point.y))"
      } else {
        let before = route.points[index - 1]
        let middle = (before.y + point.y) / 2
        path +=
          " C\(place(before.x)) \(place(middle)) \(place(point.x)) \(place(middle)) "
          + "\(place(point.x)) \(place(point.y))"
      }
    }
    return element(
      "path", ["d": path, "class": "arrow", "marker-end": "url(#arrowhead)"])
  }

  private func label(_ lines: [String], at middle: LayeredLayout.Point) -> HTML {
    let height = Self.labelLineHeight * Double(lines.count)
    let width = Self.textWidth(lines, perCharacter: 6.4) + 6
    return fragment {
      element(
        "rect",
        [
          "class": "label-ground", "x": place(middle.x - width / 2),
          "y": place(middle.y - height / 2 - 1), "width": place(width),
          "height": place(height + 2), "rx": "3",
        ])
      for (index, line) in lines.enumerated() {
        element(
          "text",
          [
            "class": "label", "x": place(middle.x),
            "y": place(middle.y - height / 2 + Self.labelLineHeight * (Double(index) + 0.8)),
            "text-anchor": "middle",
          ]
        ) { line }
      }
    }
  }

  private func box(_ node: Node, at middle: LayeredLayout.Point, job: UInt64) -> HTML {
    let size = Self.size(of: node)
    let (left, top) = (middle.x - size.width / 2, middle.y - size.height / 2)
    let content = fragment {
      element("title") { node.title }
      element(
        "rect",
        [
          "class": "box", "x": place(left), "y": place(top), "width": place(size.width),
          "height": place(size.height),
          "rx": node.kind == .source || node.kind == .result ? "18" : "6",
        ])
      for (index, line) in node.lines.enumerated() {
        element(
          "text",
          [
            "class": index == 0 ? "first" : index == 2 ? "trouble" : "second",
            "x": place(middle.x), "y": place(top + 8 + Self.lineHeight * (Double(index) + 0.75)),
            "text-anchor": "middle",
          ]
        ) { line }
      }
      if case .stage(let index) = node.kind { progress(of: stages[index], left, top, size) }
    }
    guard case .stage(let index) = node.kind else {
      return element("g", ["class": node.kind == .source ? "source" : "result"]) { content }
    }
    return element(
      "a",
      [
        "href": "/jobs/\(job)/stages/\(stages[index].id)",
        "class": "stage \(state(of: stages[index]))",
      ]
    ) { content }
  }

  /// A bar at the bottom of the box.
  private func progress(
    of stage: Roost_StageHistory, _ left: Double, _ top: Double, _ size: LayeredLayout.Size
  ) -> HTML {
    let share = stage.tasks > 0 ? min(1, Double(stage.finished) / Double(stage.tasks)) : 0
    return fragment {
      element(
        "rect",
        [
          "class": "bar-ground", "x": place(left + 8), "y": place(top + size.height - 9),
          "width": place(size.width - 16), "height": "4", "rx": "2",
        ])
      element(
        "rect",
        [
          "class": "bar", "x": place(left + 8), "y": place(top + size.height - 9),
          "width": place((size.width - 16) * share), "height": "4", "rx": "2",
        ])
    }
  }

  private func state(of stage: Roost_StageHistory) -> String {
    if stage.failedAttempts + stage.lostAttempts > 0 { return "troubled" }
    if stage.tasks > 0, stage.finished >= stage.tasks { return "finished" }
    return stage.running > 0 ? "running" : "waiting"
  }

  private static func size(of node: Node) -> LayeredLayout.Size {
    let isStage = if case .stage = node.kind { true } else { false }
    return LayeredLayout.Size(
      width: max(isStage ? 150 : 110, textWidth(node.lines, perCharacter: 7.4) + 24),
      height: lineHeight * Double(node.lines.count) + (isStage ? 26 : 14))
  }

  private static func textWidth(_ lines: [String], perCharacter: Double) -> Double {
    Double(lines.map(\.count).max() ?? 0) * perCharacter
  }
}

/// A coordinate, to a tenth.
func place(_ value: Double) -> String {
  let text = decimalText(value, digits: 1)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
