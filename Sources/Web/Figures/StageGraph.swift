import Wire

/// The DAG of a job: where its rows come from, its stages, where the rows go, and on each arrow how many rows and bytes went
/// there and how long reading them took.
package struct StageGraph: Sendable {
  /// More stages are a table only: nobody could follow the arrows.
  package static let stageLimit = 150

  package struct Node: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case source
      case stage(Int)
      case result
    }

    package var kind: Kind
    package var lines: [String]
    /// All of it, for those who point at it.
    package var title: String
  }

  package struct Arrow: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var lines: [String]
  }

  package private(set) var nodes: [Node] = []
  package private(set) var arrows: [Arrow] = []
  let stages: [Roost_StageHistory]

  package init(_ history: Roost_JobHistory) {
    stages = history.stages
    for (index, stage) in stages.enumerated() { nodes.append(Self.node(of: stage, index: index)) }
    /// The stages that write an exchange.
    var writers: [UInt32: [Int]] = [:]
    for (index, stage) in stages.enumerated() {
      for output in stage.outputs {
        if case .exchange(let exchange) = output.target {
          writers[exchange, default: []].append(index)
        }
      }
    }
    for (index, stage) in stages.enumerated() {
      for input in stage.inputs { add(input, to: index, writers: writers) }
      for output in stage.outputs {
        guard case .result(let result) = output.target,
          history.results.indices.contains(Int(result))
        else { continue }
        nodes.append(Self.node(of: history.results[Int(result)]))
        arrows.append(
          Arrow(
            from: index, to: nodes.count - 1, lines: Self.lines(output.rows, output.bytes, 0)))
      }
    }
  }

  private mutating func add(
    _ input: Roost_StageHistory.StageInput, to stage: Int, writers: [UInt32: [Int]]
  ) {
    let all = Self.lines(input.rows, input.bytes, input.readingMicroseconds)
    switch input.source {
    case .exchange(let exchange):
      let from = writers[exchange] ?? []
      for writer in from {
        // Of several writers each has its own rows; the time is known for all together.
        let own = stages[writer].outputs.filter { $0.target == .exchange(exchange) }
        let lines =
          from.count == 1
          ? all
          : Self.lines(own.reduce(0) { $0 &+ $1.rows }, own.reduce(0) { $0 &+ $1.bytes }, 0)
        arrows.append(Arrow(from: writer, to: stage, lines: lines))
      }
    case .scan(let text):
      nodes.append(Node(kind: .source, lines: Self.sourceLines(text), title: text))
      arrows.append(Arrow(from: nodes.count - 1, to: stage, lines: all))
    case .cached(let name):
      nodes.append(Node(kind: .source, lines: ["cached", shortened(name, to: 26)], title: name))
      arrows.append(Arrow(from: nodes.count - 1, to: stage, lines: all))
    case nil: break
    }
  }

  private static func node(of stage: Roost_StageHistory, index: Int) -> Node {
    var troubles: [String] = []
    if stage.failedAttempts > 0 { troubles.append("\(stage.failedAttempts) failed") }
    if stage.lostAttempts > 0 { troubles.append("\(stage.lostAttempts) lost") }
    if stage.speculativeAttempts > 0 { troubles.append("\(stage.speculativeAttempts) second") }
    var lines = [
      shortened(stage.name, to: 26),
      "stage \(stage.id) · \(grouped(stage.finished))/\(counted(stage.tasks, "task"))",
    ]
    if !troubles.isEmpty { lines.append(troubles.joined(separator: ", ")) }
    return Node(kind: .stage(index), lines: lines, title: "stage \(stage.id): \(stage.name)")
  }

  private static func node(of result: Roost_ResultHistory) -> Node {
    let place = result.place.split(separator: "/").last.map { String($0) } ?? ""
    let addition = place.isEmpty || place == result.table ? "" : " to \(place)"
    return Node(
      kind: .result, lines: [result.action, shortened(result.table + addition, to: 26)],
      title: "\(result.action) \(result.table) \(result.place)")
  }

  /// `read csv /data/flights.csv: 4 splits, ...` is `read csv` and `flights.csv`.
  private static func sourceLines(_ text: String) -> [String] {
    let what = text.prefix { $0 != ":" }
    let words = what.split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return [shortened(String(what), to: 26)] }
    let path = words[2].split(separator: "/")
    var name = path.last ?? words[2]
    var files = ""
    // Of several files in a folder the folder is named.
    if let several = words[2].range(of: " files from "), path.count > 1 {
      files = words[2][..<several.lowerBound] + " files of "
      name = path[path.count - 2]
    }
    return ["\(words[0]) \(words[1])", shortened(files + name, to: 26)]
  }

  private static func lines(_ rows: Int64, _ bytes: Int64, _ microseconds: Int64) -> [String] {
    var size = byteText(bytes)
    if microseconds > 0 { size += " in \(durationText(microseconds: microseconds))" }
    if rows == 0 { return bytes == 0 ? [] : [size] }
    return [counted(rows, "row"), size]
  }
}
