import Columnar
import Plan

// Groupings, to and from their messages.

extension GroupedOperation {
  init(wire: Roost_GroupedOperation) throws(ProtocolError) {
    let schema = try Schema(wire: wire.schema)
    let action: Action
    switch wire.action {
    case .aggregates(let message):
      var aggregates: [Aggregate] = []
      for aggregate in message.aggregates { aggregates.append(try Aggregate(wire: aggregate)) }
      action = .aggregate(aggregates)
    case .training(let training): action = .train(try TrainingOperation(wire: training))
    case nil: throw .malformedMessage("a grouping that does nothing")
    }
    let operation = GroupedOperation(
      schema: schema, keyCount: Int(wire.keyCount), action: action,
      isMergeable: wire.isMergeable)
    guard operation.keyCount <= schema.count,
      operation.inputColumns.allSatisfy({ $0 < schema.count })
    else { throw .malformedMessage("a grouping of a column that its rows do not have") }
    self = operation
  }

  /// The columns that the action reads.
  private var inputColumns: [Int] {
    switch action {
    case .aggregate(let aggregates): aggregates.flatMap(\.arguments)
    case .train(let training): training.inputs
    }
  }

  var wire: Roost_GroupedOperation {
    .with {
      $0.schema = schema.wire
      $0.keyCount = UInt32(keyCount)
      $0.isMergeable = isMergeable
      switch action {
      case .aggregate(let aggregates):
        $0.aggregates = .with { $0.aggregates = aggregates.map(\.wire) }
      case .train(let training): $0.training = training.wire
      }
    }
  }
}

extension Aggregate {
  init(wire: Roost_Aggregate) throws(ProtocolError) {
    let function: AggregateFunction
    switch wire.function {
    case .count: function = .count
    case .countDistinct: function = .countDistinct
    case .sum: function = .sum
    case .avg: function = .avg
    case .min: function = .min
    case .max: function = .max
    case .stddevSample: function = .stddevSample
    case .stddevPopulation: function = .stddevPopulation
    case .varianceSample: function = .varianceSample
    case .variancePopulation: function = .variancePopulation
    case .covarianceSample: function = .covarianceSample
    case .covariancePopulation: function = .covariancePopulation
    case .corr: function = .corr
    case .first: function = .first(ignoreNulls: wire.ignoreNulls)
    case .last: function = .last(ignoreNulls: wire.ignoreNulls)
    case .percentileApprox: function = .percentileApprox(wire.fractions, isList: wire.isList)
    case .percentile: function = .percentile(wire.fractions, isList: wire.isList)
    case .python: function = .python(try PythonFunction(wire: wire.python))
    case .UNRECOGNIZED(let number): throw .malformedMessage("aggregate function \(number)")
    }
    self.init(
      function: function, arguments: wire.arguments.map { Int($0) },
      type: try DataType(wire: wire.type))
  }

  var wire: Roost_Aggregate {
    .with {
      $0.arguments = arguments.map { UInt32($0) }
      $0.type = type.wire
      switch function {
      case .count: $0.function = .count
      case .countDistinct: $0.function = .countDistinct
      case .sum: $0.function = .sum
      case .avg: $0.function = .avg
      case .min: $0.function = .min
      case .max: $0.function = .max
      case .stddevSample: $0.function = .stddevSample
      case .stddevPopulation: $0.function = .stddevPopulation
      case .varianceSample: $0.function = .varianceSample
      case .variancePopulation: $0.function = .variancePopulation
      case .covarianceSample: $0.function = .covarianceSample
      case .covariancePopulation: $0.function = .covariancePopulation
      case .corr: $0.function = .corr
      case .first(let ignoreNulls):
        $0.function = .first
        $0.ignoreNulls = ignoreNulls
      case .last(let ignoreNulls):
        $0.function = .last
        $0.ignoreNulls = ignoreNulls
      case .percentileApprox(let fractions, let isList):
        $0.function = .percentileApprox
        $0.fractions = fractions
        $0.isList = isList
      case .percentile(let fractions, let isList):
        $0.function = .percentile
        $0.fractions = fractions
        $0.isList = isList
      case .python(let python):
        $0.function = .python
        $0.python = python.wire
      }
    }
  }
}
