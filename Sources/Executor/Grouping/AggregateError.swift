import Columnar
import Plan

/// Why an aggregate function cannot take its values or state its result.
enum AggregateError: Error, Equatable {
  /// The result of group number `group` does not fit its type.
  case overflow(AggregateFunction, DataType, group: Int)
  /// The plan gives the function a type that it does not take.
  case unsupportedArgument(AggregateFunction, DataType)
  /// The plan gives the function another number of arguments than it takes.
  case argumentCount(AggregateFunction, expected: Int, found: Int)
}

extension AggregateError: CustomStringConvertible {
  var description: String {
    switch self {
    case .overflow(let function, let type, _):
      "\(function.sqlName) overflows \(type): cast the argument to a wider type, such as double"
    case .unsupportedArgument(let function, let type):
      "\(function.sqlName) does not take values of type \(type)"
    case .argumentCount(let function, let expected, let found):
      "\(function.sqlName) takes \(expected) arguments, not \(found)"
    }
  }
}

extension AggregateFunction {
  /// The name by which a job file calls it.
  var sqlName: String {
    switch self {
    case .count, .countDistinct: "count"
    case .python(let function): function.text
    case .sum: "sum"
    case .avg: "avg"
    case .min: "min"
    case .max: "max"
    case .stddevSample: "stddev_samp"
    case .stddevPopulation: "stddev_pop"
    case .varianceSample: "var_samp"
    case .variancePopulation: "var_pop"
    case .covarianceSample: "covar_samp"
    case .covariancePopulation: "covar_pop"
    case .corr: "corr"
    case .first: "first"
    case .last: "last"
    case .percentileApprox: "percentile_approx"
    case .percentile: "percentile"
    }
  }
}
