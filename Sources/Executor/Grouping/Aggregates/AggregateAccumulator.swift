import Columnar
import Plan

/// The accumulator of one aggregate function: one row a group, of one column.
protocol AggregateAccumulator: GroupedAccumulator {
  var aggregate: Aggregate { get }
}

extension AggregateAccumulator {
  var resultFields: [Field] { [Field(aggregate.function.sqlName, aggregate.type)] }
  var rowsPerGroup: Int { 1 }

  /// The column of the only argument.
  func argument(of rows: RecordBatch) -> Column { rows.columns[aggregate.arguments[0]] }
}

/// An accumulator that needs the rows of a group in one place.
protocol RowsAggregateAccumulator: AggregateAccumulator {}

extension RowsAggregateAccumulator {
  var stateFields: [Field] { [] }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    preconditionFailure("\(aggregate.function) has no partial results")
  }

  func states() -> [Column] { [] }
}

/// The accumulator of `aggregate` over rows of `schema`. Analysis casts arguments to double, and integers of `sum` to
/// long, so that there is one kernel for each. Throws `AggregateError` when the plan gives the function
/// arguments that it does not take.
func makeAggregateAccumulator(
  _ aggregate: Aggregate, schema: Schema
) throws(AggregateError) -> any AggregateAccumulator {
  let function = aggregate.function
  let types = aggregate.arguments.map { schema.fields[$0].type }

  func checkCount(_ count: Int) throws(AggregateError) {
    guard types.count == count else {
      throw .argumentCount(function, expected: count, found: types.count)
    }
  }

  switch function {
  case .count: return CountAccumulator(aggregate)
  case .countDistinct:
    guard !types.isEmpty else { throw .argumentCount(function, expected: 1, found: 0) }
    return CountDistinctAccumulator(aggregate, types: types)
  case .covarianceSample, .covariancePopulation, .corr:
    try checkCount(2)
    for type in types where type != .double { throw .unsupportedArgument(function, type) }
    return ComomentsAccumulator(aggregate)
  default: try checkCount(1)
  }

  let type = types[0]
  switch function {
  case .sum:
    if type == .double { return DoubleSumAccumulator(aggregate) }
    if type == .long || type.isDecimal { return ExactSumAccumulator(aggregate, type) }
  case .avg:
    if type == .double { return DoubleSumAccumulator(aggregate) }
    if case .decimal(_, let scale) = type, aggregate.type.isDecimal {
      return DecimalAverageAccumulator(aggregate, scale: scale)
    }
  case .min, .max:
    if type.fitsWord { return WordExtremeAccumulator(aggregate, type) }
    if type.isDecimal { return DecimalExtremeAccumulator(aggregate, type) }
    if type.isOrderedByComparison { return RetainedExtremeAccumulator(aggregate, type) }
  case .stddevSample, .stddevPopulation, .varianceSample, .variancePopulation:
    if type == .double { return MomentsAccumulator(aggregate) }
  case .first(let ignoreNulls), .last(let ignoreNulls):
    return PositionAccumulator(aggregate, type, ignoreNulls: ignoreNulls)
  case .percentileApprox(let fractions, let isList):
    if type.isInteger || type.isFloatingPoint || type == .date || type == .timestamp {
      return WordPercentileAccumulator(aggregate, type, fractions, isList: isList)
    }
    if type.isDecimal {
      return DecimalPercentileAccumulator(aggregate, type, fractions, isList: isList)
    }
  case .percentile(let fractions, let isList):
    if type == .double {
      return InterpolatedPercentileAccumulator(aggregate, fractions, isList: isList)
    }
  case .count, .countDistinct, .covarianceSample, .covariancePopulation, .corr, .python: break
  }
  throw .unsupportedArgument(function, type)
}
