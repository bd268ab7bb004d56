import Testing
import Web
import Wire

@Suite struct StageGraphTests {
  /// Stages that read those before them, some across several layers.
  private func history(stages: Int) -> Roost_JobHistory {
    .with { history in
      for number in 0..<stages {
        var stage = Fixture.stage(UInt32(number), "table_\(number)_of_some_length", tasks: 4)
        let sources = number == 0 ? [] : Set([number - 1, number / 2, number * 2 / 3]).sorted()
        stage.inputs = sources.filter { $0 < number }.map { source in
          .with {
            $0.exchange = UInt32(source)
            $0.rows = 123_456_789
            $0.bytes = 1 << 33
            $0.readingMicroseconds = 12_345_678
          }
        }
        if number % 4 == 0 {
          stage.inputs.append(.with { $0.scan = "read csv /a/b.csv: 3 splits" })
        }
        stage.outputs = [.with { $0.exchange = UInt32(number) }]
        if number % 3 == 0 {
          stage.outputs.append(.with { $0.result = UInt32(history.results.count) })
          history.results.append(
            .with {
              $0.table = "t"
              $0.action = "show"
            })
        }
        history.stages.append(stage)
      }
    }
  }

  private struct Box {
    var left, right, top, bottom: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  @Test(arguments: [1, 2, 5, 12, 40]) func nothingLiesOnAnother(stages: Int) {
    let sizes = (0..<stages).map { number in
      let (width, height) = (60 + number * 37 % 90, 30 + number * 13 % 20)
      return LayeredLayout.Size(width: Double(width), height: Double(height))
    }
    var edges: [LayeredLayout.Edge] = []
    for number in 1..<max(2, stages) where number < stages {
      for source in Set([number - 1, number / 2, number / 3]) where source < number {
        edges.append(
          LayeredLayout.Edge(
            from: source, to: number, label: LayeredLayout.Size(width: 80, height: 28)))
      }
    }
    let layout = LayeredLayout(nodes: sizes, edges: edges)
    func box(_ middle: LayeredLayout.Point, _ size: LayeredLayout.Size) -> Box {
      Box(
        left: middle.x - size.width / 2, right: middle.x + size.width / 2,
        top: middle.y - size.height / 2, bottom: middle.y + size.height / 2)
    }
    var boxes: [Box] = zip(layout.nodes, sizes).map { box($0, $1) }
    boxes += zip(layout.routes, edges).map { box($0.label, $1.label) }
    for (index, one) in boxes.enumerated() {
      #expect(one.left >= -0.01 && one.right <= layout.size.width + 0.01)
      #expect(one.top >= -0.01 && one.bottom <= layout.size.height + 0.01)
      #expect(!boxes[(index + 1)...].contains { one.overlaps($0) })
    }
  }

  @Test func everyArrowLeadsFromWhereRowsComeFromDownToWhereTheyGo() {
    let graph = StageGraph(history(stages: 12))
    let layout = graph.layout
    #expect(layout.routes.count == graph.arrows.count)
    for (arrow, route) in zip(graph.arrows, layout.routes) {
      #expect(layout.nodes[arrow.from].y < layout.nodes[arrow.to].y)
      #expect(route.points.first?.x == layout.nodes[arrow.from].x)
      #expect(route.points.last?.x == layout.nodes[arrow.to].x)
      for (one, next) in zip(route.points, route.points.dropFirst()) { #expect(one.y <= next.y) }
    }
    let inputs = history(stages: 12).stages.reduce(0) { $0 + $1.inputs.count }
    #expect(graph.arrows.count == inputs + 4)
  }

  @Test func arrowsSayRowsBytesAndTime() throws {
    let graph = StageGraph(Fixture.history())
    #expect(
      graph.arrows.map(\.lines) == [
        ["1,000 rows", "62.5 KB in 1.5 ms"], ["900 rows", "48.8 KB in 20 ms"],
        ["12 rows", "2.9 KB"],
      ])
    #expect(graph.nodes.map(\.lines[0]) == ["rows", "models", "read csv", "write"])
  }
}
