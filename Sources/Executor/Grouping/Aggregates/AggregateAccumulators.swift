import Columnar
import Plan

/// The accumulators of the aggregates of a grouping: fewer than there are aggregates where one state answers several.
struct AggregateAccumulators {
  let accumulators: [any GroupedAccumulator]
  /// For each aggregate its column among the results of all accumulators, in their order.
  let resultColumns: [Int]

  /// For rows of `schema`. Throws when a function does not take its arguments, or Python is not to run.
  init(_ aggregates: [Aggregate], schema: Schema, context: OperatorContext?) throws {
    var accumulators: [any GroupedAccumulator] = []
    var answered: [Int] = []
    for (index, aggregate) in aggregates.enumerated() where !answered.contains(index) {
      let sharing = aggregates.indices.filter {
        Self.canShare(aggregates[$0], aggregate, schema)
      }
      if case .python(let function) = aggregate.function {
        accumulators.append(
          try PythonAggregateAccumulator(aggregate, function, schema: schema, context: context))
        answered.append(index)
      } else if sharing.count > 1 {
        accumulators.append(
          DoubleSummaryAccumulator(
            sharing.map { aggregates[$0] }, argument: aggregate.arguments[0]))
        answered += sharing
      } else {
        accumulators.append(try makeAggregateAccumulator(aggregate, schema: schema))
        answered.append(index)
      }
    }
    self.accumulators = accumulators
    resultColumns = aggregates.indices.map { index in
      // Every aggregate was answered above, once.
      answered.firstIndex(of: index)!
    }
  }

  /// Whether two aggregates, or one with itself, are told from one summary.
  private static func canShare(_ one: Aggregate, _ other: Aggregate, _ schema: Schema) -> Bool {
    one.arguments == other.arguments && one.arguments.count == 1
      && schema.fields[one.arguments[0]].type == .double
      && [one, other].allSatisfy { DoubleSummaryAccumulator.functions.contains($0.function) }
  }
}
