import Columnar
import Plan

/// The groups of a grouped operation with what is gathered of each. Belongs to one task and one thread.
final class GroupAccumulation {
  let operation: GroupedOperation
  /// Keys and then the states of each accumulator: the columns of partial results.
  let partialSchema: Schema
  /// Keys and then the results of each accumulator.
  let resultSchema: Schema
  private let table: GroupTable
  private let accumulators: [any GroupedAccumulator]
  /// The columns of `resultSchema` after the keys, among the results of the accumulators.
  private let resultColumns: [Int]

  /// Throws `GroupingError` and `AggregateError` for a plan that cannot be carried out.
  /// - Parameters:
  ///   - check: throws when the task was told to stop; called now and then by what takes long.
  ///   - context: for functions of the user's; nil where none are called.
  init(
    _ operation: GroupedOperation, check: @escaping () throws -> Void = {},
    context: OperatorContext? = nil
  ) throws {
    let columnCount = operation.schema.count
    guard (0...columnCount).contains(operation.keyCount) else {
      throw GroupingError.columnOutOfRange(operation.keyCount, columnCount: columnCount)
    }
    for column in operation.inputs where !(0..<columnCount).contains(column) {
      throw GroupingError.columnOutOfRange(column, columnCount: columnCount)
    }
    self.operation = operation
    let keys = operation.keys
    switch operation.action {
    case .aggregate(let aggregates):
      let shared = try AggregateAccumulators(
        aggregates, schema: operation.schema, context: context)
      accumulators = shared.accumulators
      resultColumns = shared.resultColumns
      let fields = accumulators.flatMap(\.resultFields)
      resultSchema = Schema(keys + Self.numbered(resultColumns.map { [fields[$0]] }))
    case .train(let training):
      let accumulator = try makeTrainingAccumulator(
        training, schema: operation.schema, mergeable: operation.isMergeable, check: check)
      accumulators = [accumulator]
      resultColumns = Array(accumulator.resultFields.indices)
      resultSchema = Schema(keys + accumulator.resultFields)
    }
    partialSchema = Schema(keys + Self.numbered(accumulators.map(\.stateFields)))
    table = GroupTable(keyTypes: keys.map(\.type))
  }

  /// Several aggregates may be of one function: the number of each keeps the names apart.
  private static func numbered(_ fields: [[Field]]) -> [Field] {
    fields.enumerated().flatMap { number, fields in
      fields.map { Field("\($0.name)[\(number)]", $0.type) }
    }
  }

  var groupCount: Int { table.count }

  /// About the bytes that one group takes in the accumulators.
  var stateByteCount: Int {
    accumulators.flatMap(\.stateFields).reduce(0) { $0 + $1.type.stateByteCount }
  }

  var byteCount: Int { accumulators.reduce(table.byteCount) { $0 + $1.byteCount } }

  /// About the bytes that `results` gives: keys take there what they take in the table, at most.
  var resultByteCount: Int {
    let values = accumulators.reduce(0) { sum, accumulator in
      accumulator.resultFields.reduce(sum) {
        $0 + $1.type.stateByteCount * accumulator.rowsPerGroup
      }
    }
    return accumulators.reduce(table.byteCount + table.count * values) { $0 + $1.finishByteCount }
  }

  /// Takes rows from the first one up to the first that would need more than `limit` groups; returns how many.
  func accumulate(_ rows: RecordBatch, limit: Int = GroupTable.maximumGroupCount) throws -> Int {
    try check(rows, operation.schema)
    let keys = Array(rows.columns.prefix(operation.keyCount))
    let count = table.assign(keys, rowCount: rows.rowCount, limit: limit)
    let rows = rows.slice(0..<count)
    try table.groups.withUnsafeBufferPointer { groups in
      for accumulator in accumulators {
        accumulator.grow(to: table.count)
        try namingGroups { try accumulator.accumulate(rows, groups: groups) }
      }
    }
    return count
  }

  /// Takes partial results of the same operation. Returns how many, as `accumulate` does.
  func merge(_ partials: RecordBatch) throws -> Int {
    try check(partials, partialSchema)
    let keys = Array(partials.columns.prefix(operation.keyCount))
    let count = table.assign(keys, rowCount: partials.rowCount)
    try table.groups.withUnsafeBufferPointer { groups in
      var column = operation.keyCount
      for accumulator in accumulators {
        let states = Array(partials.columns[column..<column + accumulator.stateFields.count])
        column += states.count
        accumulator.grow(to: table.count)
        try namingGroups { try accumulator.merge(states, groups: groups) }
      }
    }
    return count
  }

  /// Takes what all tasks get beside their rows.
  func take(side batch: RecordBatch) throws {
    for accumulator in accumulators { try accumulator.take(side: batch) }
  }

  /// The partial results of all groups, in order of first appearance.
  func partialResults() throws -> RecordBatch {
    var columns = try table.keys()
    for accumulator in accumulators {
      accumulator.grow(to: table.count)
      try namingGroups { columns += try accumulator.states() }
    }
    return RecordBatch(schema: partialSchema, columns: columns, rowCount: table.count)
  }

  /// The results of all groups, in order of first appearance, as many rows for each as the accumulators give.
  func results() throws -> RecordBatch {
    let rowsPerGroup = accumulators.first?.rowsPerGroup ?? 1
    var columns = try table.keys()
    if rowsPerGroup != 1 {
      let locations = (0..<table.count).flatMap { group in
        repeatElement(
          RowLocation(chunk: 0, row: Int32(truncatingIfNeeded: group)), count: rowsPerGroup)
      }
      columns = try columns.map { try Column.gathering([$0], at: locations[...]) }
    }
    var results: [Column] = []
    for accumulator in accumulators {
      accumulator.grow(to: table.count)
      try namingGroups { results += try accumulator.finish() }
    }
    columns += resultColumns.map { results[$0] }
    return RecordBatch(
      schema: resultSchema, columns: columns, rowCount: table.count * rowsPerGroup)
  }

  /// Forgets all groups and keeps the memory.
  func reset() {
    table.reset()
    for accumulator in accumulators { accumulator.reset() }
  }

  private func check(_ batch: RecordBatch, _ schema: Schema) throws(GroupingError) {
    let expected = schema.fields.map(\.type)
    let found = batch.columns.map(\.type)
    guard expected == found else {
      throw .unexpectedColumns(expected: expected, found: found)
    }
  }

  /// Adds the keys to an error that knows its group by number.
  private func namingGroups(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as PythonAggregateAccumulator.Failed {
      let keys = try table.keys()
      throw PythonError.failed(
        function: error.function,
        keys: error.group.map { group in
          zip(operation.keys, keys).map { GroupKey(name: $0.name, value: $1[group]) }
        }, error.failure)
    } catch let error as AggregateError {
      guard case .overflow(_, _, let group) = error else { throw error }
      let keys = try table.keys()
      throw GroupingError.inGroup(
        zip(operation.keys, keys).map { ($0.name, $1[group]) }, error)
    }
  }
}

extension GroupedOperation {
  /// The columns that the action reads.
  fileprivate var inputs: [Int] {
    switch action {
    case .aggregate(let aggregates): aggregates.flatMap(\.arguments)
    case .train(let training): training.inputs
    }
  }
}

extension DataType {
  /// Bytes of one value in a state; a guess for those whose values differ.
  fileprivate var stateByteCount: Int {
    switch self {
    case .fixedSizeList(let element, let count): count * element.stateByteCount
    default: byteWidth ?? 32
    }
  }
}
