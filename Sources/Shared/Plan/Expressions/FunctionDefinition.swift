import Columnar

/// A function of the catalogue: its names, how many arguments it takes and how a call becomes an expression.
struct FunctionDefinition: Sendable {
  typealias Binding = @Sendable (FunctionCall) throws(ExpressionError) -> BoundExpression

  /// The first is Spark's main name, the others are Spark's synonyms.
  let names: [String]
  let counts: ClosedRange<Int>
  let bind: Binding

  init(_ names: [String], _ counts: ClosedRange<Int>, _ bind: @escaping Binding) {
    self.names = names
    self.counts = counts
    self.bind = bind
  }

  init(_ names: [String], _ count: Int, _ bind: @escaping Binding) {
    self.init(names, count...count, bind)
  }

  /// As many arguments as anybody writes.
  static let anyCount = 10_000

  /// A function of fixed parameters and result that is computed as it stands.
  static func scalar(
    _ names: [String], _ parameters: [FunctionCall.Parameter], _ type: DataType,
    _ function: ScalarFunction, _ mode: EvaluationMode = .ansi
  ) -> FunctionDefinition {
    FunctionDefinition(names, parameters.count) { call throws(ExpressionError) in
      BoundExpression(.call(function, try call.arguments(as: parameters), mode), type)
    }
  }

  /// Like `scalar`, with the type of the first argument as the result's.
  static func sameType(
    _ names: [String], _ parameters: [FunctionCall.Parameter], _ function: ScalarFunction,
    _ mode: EvaluationMode = .ansi
  ) -> FunctionDefinition {
    FunctionDefinition(names, parameters.count) { call throws(ExpressionError) in
      let arguments = try call.arguments(as: parameters)
      return BoundExpression(.call(function, arguments, mode), arguments[0].type)
    }
  }

  /// Numbers of arguments in words.
  static func description(of counts: ClosedRange<Int>) -> String {
    switch counts {
    case _ where counts.upperBound == anyCount: "\(counts.lowerBound) or more arguments"
    case 1...1: "1 argument"
    case _ where counts.count == 1: "\(counts.lowerBound) arguments"
    default: "\(counts.lowerBound) to \(counts.upperBound) arguments"
    }
  }
}

extension FunctionCall {
  func arguments(as parameters: [Parameter]) throws(ExpressionError) -> [BoundExpression] {
    var bound: [BoundExpression] = []
    for (index, parameter) in parameters.enumerated() {
      bound.append(try argument(index, parameter))
    }
    return bound
  }
}

/// The scalar functions of Spark SQL that the engine knows.
enum FunctionCatalogue {
  static let definitions: [String: FunctionDefinition] = {
    var byName: [String: FunctionDefinition] = [:]
    for definition in conditionals + mathematics + strings + dates + conversions {
      for name in definition.names { byName[name] = definition }
    }
    return byName
  }()

  /// Functions of Spark that would give other bits in another attempt.
  private static let indeterminate: Set<String> = [
    "rand", "random", "randn", "uuid", "current_date", "current_timestamp", "now", "curdate",
    "localtimestamp", "monotonically_increasing_id", "spark_partition_id", "shuffle", "randstr",
    "input_file_name", "current_time", "current_timezone", "uniform",
  ]

  static func unknown(
    _ name: String, at position: Int, beside functions: UserFunctions
  ) -> ExpressionError {
    if indeterminate.contains(name) {
      return ExpressionError(
        .unsupported(
          "\(name)()",
          reason: "a task that runs again must give the same bits; write the value into the job"),
        at: position)
    }
    let names =
      definitions.keys.sorted() + AggregateCatalogue.names.sorted() + functions.names
    return ExpressionError(
      .unknownFunction(name, nearest: nearestName(to: name, among: names)), at: position)
  }
}
