import Columnar
import Plan

extension Operator {
  /// One line for people, on rows of `schema`.
  func text(_ schema: Schema) -> String {
    switch self {
    case .filter(let condition):
      return "filter \(condition.text(columns: schema.names))"
    case .project(let items):
      let columns = items.map { item in
        let text = item.expression.text(columns: schema.names)
        return text == item.name ? text : "\(text) AS \(item.name)"
      }
      return "project " + (columns.isEmpty ? "no column" : columns.joined(separator: ", "))
    case .limit(let count):
      return "limit \(count)"
    case .sort(let order, let limit):
      let keys = order.map { $0.text(schema) }.joined(separator: ", ")
      return "sort by \(keys)" + (limit.map { ", limit \($0)" } ?? "")
    case .holdOut(let fraction, let seed, let firstPartition, let name):
      return """
        hold out \(fraction) of the rows AS \(name) (seed \(seed), partitions from \(firstPartition))
        """
    case .combine(let operation):
      return "combine \(operation.text)"
    case .group(let operation):
      return "group \(operation.text)"
    case .measureTrials(let operation, let share, let taskCount):
      return
        "measure \(taskCount > 1 ? "some of the " : "")trials on \(share == 1 ? "all" : "\(share)") of the rows, \(operation.text)"
    case .chooseTrials(let count):
      return "choose the best \(count == 1 ? "trial" : "\(count) trials") of each learner"
    case .predict(let operation):
      return "predict by the models of \(operation.keyCount == 0 ? "all rows" : "each key")"
    case .applyPython(let operation):
      let groups =
        operation.keyCount == 0
        ? "to all rows" : "by " + operation.keys.map(\.name).joined(separator: ", ")
      return
        "\(operation.frames.count > 1 ? "cogroup" : "apply") \(operation.function.text) \(groups)"
        + (operation.function.recordsErrors ? ", errors recorded" : "")
    case .mapPython(let operation):
      return "map by \(operation.function.text)"
    case .callPython(let calls):
      return "call "
        + calls.map { call in
          let arguments = call.arguments.map { $0.text(columns: schema.names) }
          return
            "\(call.function.text)(\(arguments.joined(separator: ", "))) AS \(call.name)"
        }.joined(separator: ", ")
    }
  }

  /// What comes out of rows of `schema`; names of values that only a following projection sees are made up.
  func outputSchema(_ schema: Schema) -> Schema {
    switch self {
    case .filter, .limit, .sort, .combine:
      return schema
    case .project(let items):
      return Schema(items.map { Field($0.name, $0.expression.type) })
    case .holdOut(_, _, _, let name):
      return Schema(schema.fields + [Field(name, .boolean)])
    case .group(let operation):
      switch operation.action {
      case .aggregate(let aggregates):
        let values = aggregates.map { Field($0.text(operation.schema), $0.type) }
        return Schema(operation.keys + values)
      case .train(let training):
        return Schema(operation.keys + training.options.resultFields)
      }
    case .measureTrials: return TrialSchema.measured
    case .chooseTrials: return TrialSchema.chosen
    case .predict(let operation):
      return operation.outputSchema
    case .applyPython(let operation): return operation.outputSchema
    case .mapPython(let operation): return operation.returned
    case .callPython(let calls):
      return Schema(schema.fields + calls.map { Field($0.name, $0.type) })
    }
  }
}

extension SortOrder {
  fileprivate func text(_ schema: Schema) -> String {
    // As in Spark, nulls are the smallest where nothing else is said.
    let nulls = nullsFirst == descending ? (nullsFirst ? " NULLS FIRST" : " NULLS LAST") : ""
    return expression.text(columns: schema.names) + (descending ? " DESC" : "") + nulls
  }
}

extension GroupedOperation {
  fileprivate var text: String {
    let groups =
      keyCount == 0
      ? "all rows" : "by " + keys.map(\.name).joined(separator: ", ")
    return "\(groups): \(actionText)"
  }

  private var actionText: String {
    switch action {
    case .aggregate(let aggregates):
      return aggregates.isEmpty
        ? "distinct keys" : aggregates.map { $0.text(schema) }.joined(separator: ", ")
    case .train(let training):
      let features = training.features.map { schema.fields[$0].name }.joined(separator: " + ")
      let learners = training.learners.map { learner in
        let parameters = learner.parameters.sorted { $0.key < $1.key }
          .map { "\($0.key): \($0.value)" }
        return parameters.isEmpty
          ? learner.name : "\(learner.name)(\(parameters.joined(separator: ", ")))"
      }
      let columns = [training.label.map { schema.fields[$0].name }, features]
        .compactMap(\.self).filter { !$0.isEmpty }
      return "train \(learners.joined(separator: ", ")) on "
        + columns.joined(separator: " ~ ")
        + (training.order.map { ", by \(schema.fields[$0].name)" } ?? "")
    }
  }
}

extension Aggregate {
  fileprivate func text(_ schema: Schema) -> String {
    let names = arguments.map { schema.fields[$0].name }.joined(separator: ", ")
    return switch function {
    case .count: "count(\(names.isEmpty ? "*" : names))"
    case .countDistinct: "count(DISTINCT \(names))"
    case .sum: "sum(\(names))"
    case .avg: "avg(\(names))"
    case .min: "min(\(names))"
    case .max: "max(\(names))"
    case .stddevSample: "stddev_samp(\(names))"
    case .stddevPopulation: "stddev_pop(\(names))"
    case .varianceSample: "var_samp(\(names))"
    case .variancePopulation: "var_pop(\(names))"
    case .covarianceSample: "covar_samp(\(names))"
    case .covariancePopulation: "covar_pop(\(names))"
    case .corr: "corr(\(names))"
    case .first(let ignoreNulls): "first(\(names)\(ignoreNulls ? ", true" : ""))"
    case .last(let ignoreNulls): "last(\(names)\(ignoreNulls ? ", true" : ""))"
    case .percentileApprox(let fractions, let isList):
      "percentile_approx(\(names), \(fractionText(fractions, isList)))"
    case .percentile(let fractions, let isList):
      "percentile(\(names), \(fractionText(fractions, isList)))"
    case .python(let function): "\(function.text)(\(names))"
    }
  }

  private func fractionText(_ fractions: [Double], _ isList: Bool) -> String {
    let values = fractions.map { "\($0)" }.joined(separator: ", ")
    return isList ? "array(\(values))" : values
  }
}

extension ColumnPredicate {
  func text(_ schema: Schema) -> String {
    let field = schema.fields[column]
    let sides = [BoundExpression.column(column, field.type), .literal(value, field.type)]
    let function: ScalarFunction =
      switch comparison {
      case .equal: .equal
      case .less: .less
      case .lessOrEqual: .lessOrEqual
      case .greater: .greater
      case .greaterOrEqual: .greaterOrEqual
      case .isNotNull: .isNotNull
      }
    let arguments = comparison == .isNotNull ? [sides[0]] : sides
    return BoundExpression(.call(function, arguments, .ansi), .boolean).text(columns: schema.names)
  }
}
