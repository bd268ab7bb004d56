import Columnar
import Learning
import Plan

/// How the rows of a grouping are laid out for a shuffle: keys first, then what is grouped, each column once.
struct GroupingLayout: Hashable {
  /// The columns, over the projected columns of the table.
  let rows: [NamedExpression]
  /// The name of the column that says which rows are held out, after `rows`; nil when none are.
  let heldOutName: String?
  let operation: GroupedOperation

  init(_ calls: [AggregateCall], by keys: [NamedExpression], projectedSchema: Schema) {
    var columns = RowColumns(keys: keys)
    let aggregates = calls.map { call in
      Aggregate(
        function: call.function,
        arguments: call.arguments.map {
          columns.index(of: $0, name: $0.columnName(in: projectedSchema) ?? "value")
        },
        type: call.type)
    }
    rows = columns.expressions
    heldOutName = nil
    operation = GroupedOperation(
      schema: columns.schema, keyCount: keys.count, action: .aggregate(aggregates),
      isMergeable: calls.allSatisfy(\.function.isMergeable))
  }

  init(_ training: Training, by keys: [NamedExpression], projectedSchema: Schema) {
    var columns = RowColumns(keys: keys)
    let features = training.features.map { columns.index(of: $0.expression, name: $0.name) }
    func index(_ expression: BoundExpression?, _ name: String) -> Int? {
      expression.map {
        columns.index(of: $0, name: $0.columnName(in: projectedSchema) ?? name)
      }
    }
    let label = index(training.label, "label")
    let weight = index(training.weight, "weight")
    let order = index(training.order, "order")
    rows = columns.expressions
    var schema = columns.schema
    // Of rows with an order the last ones are held out, which are known where all of a group are together.
    if training.options.testFraction > 0, order == nil {
      let name = columns.unusedName("held_out")
      heldOutName = name
      schema.fields.append(Field(name, .boolean))
    } else {
      heldOutName = nil
    }
    operation = GroupedOperation(
      schema: schema, keyCount: keys.count,
      action: .train(
        TrainingOperation(
          learners: training.learners, label: label, features: features,
          featureNames: training.features.map(\.name), weight: weight,
          order: order, heldOut: heldOutName == nil ? nil : schema.count - 1,
          options: training.options)),
      isMergeable: training.isMergeable)
  }
}

extension Training {
  /// Whether partial results give all that is asked for, so that the rows need not travel. An unknown
  /// learner is the analysis's to refuse; here it only keeps the rows.
  var isMergeable: Bool {
    !options.needsRows && order == nil
      && learners.allSatisfy { LearnerRegistry.learner(named: $0.name)?.isMergeable ?? false }
  }
}

extension BoundExpression {
  /// The name of the column, when the expression is just one.
  func columnName(in schema: Schema) -> String? {
    column.map { schema.fields[$0].name }
  }

  /// The column, when the expression is just one.
  var column: Int? {
    guard columnIndices.count == 1, let column = columnIndices.first,
      self == .column(column, type)
    else { return nil }
    return column
  }
}

extension GroupedOperation {
  /// About the bytes of a group's partial result, keys and states.
  var partialWidth: Double {
    let word = 8.0
    let keys = keys.reduce(0.0) { $0 + Double($1.type.byteWidth ?? 16) }
    switch action {
    case .aggregate(let aggregates):
      return keys + 2 * word * Double(aggregates.count)
    case .train(let training):
      let width = training.learners.reduce(0) { sum, learner in
        let known = try? LearnerRegistry.learner(named: learner.name)?.learner(learner.parameters)
        let mergeable = known as? any MergeableLearner
        return sum
          + (mergeable?.statistics(
            featureCount: training.features.count, isWeighted: training.weight != nil
          ).width ?? 0)
      }
      return keys + word * Double(1 + width * (training.heldOut == nil ? 1 : 2))
    }
  }
}
