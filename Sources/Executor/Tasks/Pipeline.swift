import Columnar
import Plan

/// The operators of a task as a tree from its inputs to its sinks. Batches are pushed through it, one after the
/// other, on the thread of the task.
final class Pipeline {
  private let operators: [any BatchOperator]
  private let names: [String]
  /// For each input and each operator, what takes its batches.
  private let fromInputs: [Receivers]
  private let fromOperators: [Receivers]
  private let sinks: [any TaskSink]

  private struct Receivers {
    var operators: [Int] = []
    /// Those that take the batches on the side.
    var sideOperators: [Int] = []
    var sinks: [Int] = []
  }

  /// Leaves out operators that lead to no sink.
  init(
    stage: Stage, sinks: [any TaskSink], context: OperatorContext
  ) throws {
    var isNeeded = Array(repeating: false, count: stage.operators.count)
    for sink in stage.sinks { if case .node(let node) = sink.parent { isNeeded[node] = true } }
    for (index, node) in stage.operators.enumerated().reversed() where isNeeded[index] {
      if case .node(let parent) = node.parent { isNeeded[parent] = true }
    }
    var fromInputs = Array(repeating: Receivers(), count: stage.inputs.count)
    var fromOperators = Array(repeating: Receivers(), count: stage.operators.count)
    var operators: [any BatchOperator] = []
    let artifacts = Self.artifactFolders(of: stage, sinks)
    for (index, node) in stage.operators.enumerated() {
      var context = context
      context.artifacts = artifacts[index]
      operators.append(
        try makeOperator(node.operation, context: context))
      guard isNeeded[index] else { continue }
      switch node.parent {
      case .input(let input): fromInputs[input].operators.append(index)
      case .node(let parent): fromOperators[parent].operators.append(index)
      }
      if let side = node.side { fromInputs[side].sideOperators.append(index) }
    }
    for (index, sink) in stage.sinks.enumerated() {
      switch sink.parent {
      case .input(let input): fromInputs[input].sinks.append(index)
      case .node(let node): fromOperators[node].sinks.append(index)
      }
    }
    self.operators = operators
    names = stage.operators.map(\.operation.name)
    self.fromInputs = fromInputs
    self.fromOperators = fromOperators
    self.sinks = sinks
  }

  /// For each operator the one of the first sink that it leads to and that has one.
  private static func artifactFolders(
    of stage: Stage, _ sinks: [any TaskSink]
  ) -> [ArtifactFolder?] {
    var folders: [ArtifactFolder?] = Array(repeating: nil, count: stage.operators.count)
    for (sink, target) in zip(stage.sinks, sinks) {
      guard let folder = target.artifacts else { continue }
      var parent = sink.parent
      while case .node(let node) = parent {
        folders[node] = folders[node] ?? folder
        parent = stage.operators[node].parent
      }
    }
    return folders
  }

  func process(_ batch: RecordBatch, _ kind: BatchKind, fromInput input: Int) throws {
    try emit(batch, kind, to: fromInputs[input])
  }

  /// Lets every operator finish, each after its parents. Before one that takes memory for that, `makeRoom` is told how
  /// many bytes.
  func finish(makingRoom makeRoom: (Int) throws -> Void) throws {
    for index in operators.indices {
      let receivers = fromOperators[index]
      if receivers.operators.isEmpty, receivers.sinks.isEmpty { continue }
      let byteCount = operators[index].finishByteCount
      if byteCount > 0 { try makeRoom(byteCount) }
      try operators[index].finish { [self] batch, kind in try emit(batch, kind, to: receivers) }
    }
  }

  /// Bytes that its operators and sinks hold.
  var byteCount: Int {
    var byteCount = 0
    for index in operators.indices { byteCount += operators[index].byteCount }
    for index in sinks.indices { byteCount += sinks[index].byteCount }
    return byteCount
  }

  /// Rows so far that were to be scored and whose key has no model.
  var rowsWithoutModel: Int { operators.reduce(0) { $0 + $1.rowsWithoutModel } }

  var trainings: [TrainingSummary] {
    operators.enumerated().flatMap { $1.trainingSummaries?.summaries(ofOperator: $0) ?? [] }
  }

  /// For people: the operator that holds most, or what is collected at the end when that is more.
  var largestHolder: (name: String, byteCount: Int) {
    var largest = ("output", sinks.reduce(0) { $0 + $1.byteCount })
    for (name, node) in zip(names, operators) where node.byteCount > largest.1 {
      largest = (name, node.byteCount)
    }
    return largest
  }

  /// Whether no further batch of the input can change what the sinks get.
  func isSatisfied(input: Int) -> Bool {
    isSatisfied(fromInputs[input])
  }

  /// The columns of partial results that all who take the batches of the input can merge; nil when there are none.
  func partialSchema(ofInput input: Int) -> Schema? {
    let receivers = fromInputs[input]
    guard receivers.sinks.isEmpty, let first = receivers.operators.first,
      let schema = operators[first].partialSchema,
      receivers.operators.allSatisfy({ operators[$0].partialSchema == schema })
    else { return nil }
    return schema
  }

  private func isSatisfied(_ receivers: Receivers) -> Bool {
    receivers.sinks.isEmpty && receivers.sideOperators.isEmpty
      && receivers.operators.allSatisfy {
        operators[$0].isSatisfied || isSatisfied(fromOperators[$0])
      }
  }

  private func emit(_ batch: RecordBatch, _ kind: BatchKind, to receivers: Receivers) throws {
    for index in receivers.sideOperators {
      let next = fromOperators[index]
      try operators[index].process(batch, .side) { [self] batch, kind in
        try emit(batch, kind, to: next)
      }
    }
    for index in receivers.operators {
      let next = fromOperators[index]
      try operators[index].process(batch, kind) { [self] batch, kind in
        try emit(batch, kind, to: next)
      }
    }
    for index in receivers.sinks { try sinks[index].take(batch, kind) }
  }
}

extension Operator {
  fileprivate var name: String {
    switch self {
    case .filter: "where"
    case .project: "select"
    case .limit: "limit"
    case .sort: "order_by"
    case .holdOut: "test_fraction"
    case .combine: "group_by before the shuffle"
    case .group: "group_by"
    case .measureTrials, .chooseTrials: "tune"
    case .predict: "predict"
    case .applyPython: "apply"
    case .mapPython: "map"
    case .callPython: "Python function"
    }
  }
}
