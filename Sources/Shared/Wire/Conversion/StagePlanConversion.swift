import Plan

// Whole plans, to and from their messages. What comes in is checked: what a stage reads and writes is in the plan.

extension StagePlan {
  package init(wire: Roost_StagePlan) throws(ProtocolError) {
    var stages: [Stage] = []
    for message in wire.stages { stages.append(try Stage(wire: message)) }
    var exchanges: [Exchange] = []
    for message in wire.exchanges { exchanges.append(try Exchange(wire: message)) }
    var results: [ResultTable] = []
    for message in wire.results { results.append(try ResultTable(wire: message)) }
    for (index, stage) in stages.enumerated() {
      guard stage.id == index else { throw .malformedMessage("stage \(stage.id) out of place") }
      for case .exchange(let exchange) in stage.inputs
      where !exchanges.indices.contains(exchange) {
        throw .malformedMessage("a stage that reads exchange \(exchange)")
      }
      for sink in stage.sinks {
        switch sink.target {
        case .exchange(let exchange, _) where exchanges.indices.contains(exchange): break
        case .result(let result, _) where results.indices.contains(result): break
        default: throw .malformedMessage("a sink whose target is not in the plan")
        }
      }
    }
    for exchange in exchanges {
      for producer in exchange.producers where !stages.indices.contains(producer) {
        throw .malformedMessage("an exchange of stage \(producer)")
      }
    }
    self.init(stages: stages, exchanges: exchanges, results: results)
  }

  package var wire: Roost_StagePlan {
    .with {
      $0.stages = stages.map(\.wire)
      $0.exchanges = exchanges.map(\.wire)
      $0.results = results.map(\.wire)
    }
  }
}
