import Columnar
import Plan

// Stages, to and from their messages. What comes in is checked: every index points at something that came before.

extension Stage {
  package init(wire: Roost_Stage) throws(ProtocolError) {
    var inputs: [StageInput] = []
    for input in wire.inputs { inputs.append(try StageInput(wire: input)) }
    var operators: [OperatorNode] = []
    for (index, node) in wire.operators.enumerated() {
      let parent = try OperatorNode.Parent(
        wire: node.parent, inputs: inputs.count, nodes: index)
      guard !node.hasSide || Int(node.side) < inputs.count else {
        throw .malformedMessage("an operator whose side does not exist")
      }
      operators.append(
        OperatorNode(
          parent: parent, side: node.hasSide ? Int(node.side) : nil,
          operation: try Operator(wire: node.operation)))
    }
    var sinks: [Sink] = []
    for sink in wire.sinks {
      let parent = try OperatorNode.Parent(
        wire: sink.parent, inputs: inputs.count, nodes: operators.count)
      switch sink.target {
      case .exchange(let target):
        sinks.append(
          Sink(
            parent: parent,
            target: .exchange(Int(target.exchange), producer: Int(target.producer))))
      case .result(let target):
        sinks.append(
          Sink(
            parent: parent,
            target: .result(Int(target.result), firstPartition: Int(target.firstPartition))))
      case nil: throw .malformedMessage("a sink without target")
      }
    }
    for case .scan(let scan) in inputs where scan.partitions.count != Int(wire.partitionCount) {
      throw .malformedMessage("a scan of \(scan.partitions.count) partitions")
    }
    self.init(
      id: Int(wire.id), name: wire.name, inputs: inputs, operators: operators, sinks: sinks,
      partitionCount: Int(wire.partitionCount), isIndeterminate: wire.isIndeterminate)
  }

  package var wire: Roost_Stage {
    .with {
      $0.id = UInt32(id)
      $0.name = name
      $0.inputs = inputs.map(\.wire)
      $0.operators = operators.map { node in
        .with {
          $0.parent = node.parent.wire
          if let side = node.side { $0.side = UInt32(side) }
          $0.operation = node.operation.wire
        }
      }
      $0.sinks = sinks.map { sink in
        .with {
          $0.parent = sink.parent.wire
          switch sink.target {
          case .exchange(let exchange, let producer):
            $0.exchange = .with {
              $0.exchange = UInt32(exchange)
              $0.producer = UInt32(producer)
            }
          case .result(let result, let firstPartition):
            $0.result = .with {
              $0.result = UInt32(result)
              $0.firstPartition = UInt32(firstPartition)
            }
          }
        }
      }
      $0.partitionCount = UInt32(partitionCount)
      $0.isIndeterminate = isIndeterminate
    }
  }
}

extension StageInput {
  init(wire: Roost_StageInput) throws(ProtocolError) {
    switch wire.kind {
    case .scan(let scan): self = .scan(try Scan(wire: scan))
    case .exchange(let exchange): self = .exchange(Int(exchange))
    case .cached(let cached):
      self = .cached(name: cached.name, schema: try Schema(wire: cached.schema))
    case nil: throw .malformedMessage("a stage that reads nothing")
    }
  }

  var wire: Roost_StageInput {
    .with {
      switch self {
      case .scan(let scan): $0.scan = scan.wire
      case .exchange(let exchange): $0.exchange = UInt32(exchange)
      case .cached(let name, let schema):
        $0.cached = .with {
          $0.name = name
          $0.schema = schema.wire
        }
      }
    }
  }
}

extension OperatorNode.Parent {
  init(wire: Roost_NodeParent, inputs: Int, nodes: Int) throws(ProtocolError) {
    switch wire.kind {
    case .input(let input) where Int(input) < inputs: self = .input(Int(input))
    case .node(let node) where Int(node) < nodes: self = .node(Int(node))
    default: throw .malformedMessage("an operator or a sink whose parent does not exist")
    }
  }

  var wire: Roost_NodeParent {
    .with {
      switch self {
      case .input(let input): $0.input = UInt32(input)
      case .node(let node): $0.node = UInt32(node)
      }
    }
  }
}

extension Operator {
  init(wire: Roost_Operator) throws(ProtocolError) {
    switch wire.kind {
    case .filter(let expression): self = .filter(try BoundExpression(wire: expression))
    case .project(let projection):
      var expressions: [NamedExpression] = []
      for expression in projection.expressions {
        expressions.append(try NamedExpression(wire: expression))
      }
      self = .project(expressions)
    case .limit(let count): self = .limit(Int(clamping: count))
    case .sort(let sort):
      var order: [SortOrder] = []
      for item in sort.order { order.append(try SortOrder(wire: item)) }
      self = .sort(order, limit: sort.hasLimit ? Int(clamping: sort.limit) : nil)
    case .holdOut(let holdOut):
      self = .holdOut(
        fraction: holdOut.fraction, seed: holdOut.seed,
        firstPartition: Int(holdOut.firstPartition), name: holdOut.name)
    case .combine(let operation): self = .combine(try GroupedOperation(wire: operation))
    case .group(let operation): self = .group(try GroupedOperation(wire: operation))
    case .predict(let operation): self = .predict(try PredictionOperation(wire: operation))
    case .measureTrials(let measurement):
      guard measurement.share > 0, measurement.share <= 1, measurement.taskCount > 0 else {
        throw .malformedMessage(
          "trials on a share of \(measurement.share) in \(measurement.taskCount) tasks")
      }
      self = .measureTrials(
        try GroupedOperation(wire: measurement.operation), share: measurement.share,
        taskCount: Int(measurement.taskCount))
    case .chooseTrials(let count): self = .chooseTrials(count: Int(count))
    case .applyPython(let operation): self = .applyPython(try PythonApplication(wire: operation))
    case .mapPython(let operation): self = .mapPython(try PythonMapping(wire: operation))
    case .callPython(let message):
      self = .callPython(
        try message.calls.map { call throws(ProtocolError) in try PythonCall(wire: call) })
    case nil: throw .malformedMessage("an operator that does nothing")
    }
  }

  var wire: Roost_Operator {
    .with {
      switch self {
      case .filter(let expression): $0.filter = expression.wire
      case .project(let expressions):
        $0.project = .with { $0.expressions = expressions.map(\.wire) }
      case .limit(let count): $0.limit = UInt64(count)
      case .sort(let order, let limit):
        $0.sort = .with {
          $0.order = order.map(\.wire)
          if let limit { $0.limit = UInt64(limit) }
        }
      case .holdOut(let fraction, let seed, let firstPartition, let name):
        $0.holdOut = .with {
          $0.fraction = fraction
          $0.seed = seed
          $0.firstPartition = UInt32(firstPartition)
          $0.name = name
        }
      case .combine(let operation): $0.combine = operation.wire
      case .group(let operation): $0.group = operation.wire
      case .predict(let operation): $0.predict = operation.wire
      case .measureTrials(let operation, let share, let taskCount):
        $0.measureTrials = .with {
          $0.operation = operation.wire
          $0.share = share
          $0.taskCount = UInt32(taskCount)
        }
      case .chooseTrials(let count): $0.chooseTrials = UInt32(count)
      case .applyPython(let operation): $0.applyPython = operation.wire
      case .mapPython(let operation): $0.mapPython = operation.wire
      case .callPython(let calls): $0.callPython = .with { $0.calls = calls.map(\.wire) }
      }
    }
  }
}

extension Exchange {
  init(wire: Roost_Exchange) throws(ProtocolError) {
    let schema = try Schema(wire: wire.schema)
    guard wire.partitionCount > 0, Int(wire.keyCount) <= schema.count else {
      throw .malformedMessage("an exchange of \(wire.partitionCount) partitions")
    }
    self.init(
      id: Int(wire.id),
      partitioning: wire.hasKeyCount ? .hash(keyCount: Int(wire.keyCount)) : .single,
      partitionCount: Int(wire.partitionCount), producers: wire.producers.map { Int($0) },
      schema: schema)
  }

  package var wire: Roost_Exchange {
    .with {
      $0.id = UInt32(id)
      if case .hash(let keyCount) = partitioning { $0.keyCount = UInt32(keyCount) }
      $0.partitionCount = UInt32(partitionCount)
      $0.producers = producers.map { UInt32($0) }
      $0.schema = schema.wire
    }
  }
}

extension ResultTable {
  init(wire: Roost_ResultTable) throws(ProtocolError) {
    let action: AnalyzedOutput.Action
    switch wire.action {
    case .write(let write): action = .write(try FileWrite(wire: write))
    case .show(let rows): action = .show(rows: Int(clamping: rows))
    case .cache(let name): action = .cache(name: name)
    case nil: throw .malformedMessage("a result that goes nowhere")
    }
    self.init(
      name: wire.name, schema: try Schema(wire: wire.schema), action: action,
      partitionCount: Int(wire.partitionCount))
  }

  package var wire: Roost_ResultTable {
    .with {
      $0.name = name
      $0.schema = schema.wire
      $0.partitionCount = UInt32(partitionCount)
      switch action {
      case .write(let write): $0.write = write.wire
      case .show(let rows): $0.show = UInt64(rows)
      case .cache(let name): $0.cache = name
      }
    }
  }
}

extension StageAssignment {
  package init(wire: Roost_StageAssignment) throws(ProtocolError) {
    var exchanges: [Int: Exchange] = [:]
    for message in wire.exchanges {
      let exchange = try Exchange(wire: message)
      exchanges[exchange.id] = exchange
    }
    var results: [Int: Result] = [:]
    for result in wire.results {
      results[Int(result.index)] = Result(
        table: try ResultTable(wire: result.result),
        staging: result.hasStaging ? try StagedFolder(wire: result.staging) : nil)
    }
    let stage = try Stage(wire: wire.stage)
    for sink in stage.sinks {
      switch sink.target {
      case .exchange(let exchange, _) where exchanges[exchange] != nil: break
      case .result(let result, _) where results[result] != nil: break
      default: throw .malformedMessage("a sink whose target was not sent")
      }
    }
    for result in results.values {
      if case .write = result.table.action, result.staging == nil {
        throw .malformedMessage("a written result without a folder")
      }
    }
    for case .exchange(let exchange) in stage.inputs where exchanges[exchange] == nil {
      throw .malformedMessage("exchange \(exchange) was not sent")
    }
    self.init(
      job: JobID(wire.job), owner: JobID(wire.owner), stage: stage, exchanges: exchanges,
      results: results)
  }

  package var wire: Roost_StageAssignment {
    .with {
      $0.job = job.number
      $0.owner = owner.number
      $0.stage = stage.wire
      $0.exchanges = exchanges.sorted { $0.key < $1.key }.map(\.value.wire)
      $0.results = results.sorted { $0.key < $1.key }.map { index, result in
        .with {
          $0.index = UInt32(index)
          $0.result = result.table.wire
          if let staging = result.staging { $0.staging = staging.wire }
        }
      }
    }
  }
}

extension StagedFolder {
  package init(wire: Roost_StagedFolder) throws(ProtocolError) {
    self.init(
      path: wire.path, naming: wire.hasFinalNames_p ? .final : .perAttempt,
      format: try FileFormat(wire: wire.format), firstPart: Int(clamping: wire.firstPart))
  }

  package var wire: Roost_StagedFolder {
    .with {
      $0.path = path
      $0.hasFinalNames_p = naming == .final
      $0.format = format.wire
      $0.firstPart = UInt64(firstPart)
    }
  }
}
