import ArrowBridge

/// A call of an Arrow compute function that failed, with what Arrow says about it.
package struct ComputeError: Error, Equatable, CustomStringConvertible {
  package let function: String
  package let failure: BridgeFailure

  package var description: String { "\(function): \(failure.message)" }
}

/// Calls into Arrow's compute functions. Each runs on the calling thread; safe from any.
package enum ComputeFunction {
  /// Calls the function `name`; a result of another type than `type` is cast to it.
  ///
  /// The result has a value a row, or one value when all arguments are scalars. Timestamps cross without
  /// their zone, which is UTC everywhere in the engine. Throws `ComputeError`.
  package static func call(
    _ name: String, _ arguments: [Datum], _ options: FunctionOptions = .defaults,
    returning type: DataType
  ) throws -> Column {
    var array = ArrowArray()
    try withComputeSchema(of: type) { schema in
      try call(name, arguments, options, schema: schema, result: &array)
    }
    return Column(consuming: &array, type: type)
  }

  /// Calls a function of which the first argument and the result are record batches of `schema`.
  static func call(
    _ name: String, _ arguments: [Datum], returning schema: Schema
  ) throws -> RecordBatch {
    var array = ArrowArray()
    try withComputeSchema(of: schema) { exported in
      try call(name, arguments, .defaults, schema: exported, result: &array)
    }
    return try RecordBatch(consuming: &array, schema: schema)
  }

  private static func call(
    _ name: String, _ arguments: [Datum], _ options: FunctionOptions,
    schema: UnsafeMutablePointer<ArrowSchema>, result: inout ArrowArray
  ) throws {
    try withBridgedDatums(arguments) { datums in
      try options.withBridged { options in
        try check(name) {
          roost_call_function(
            name, datums.baseAddress, Int64(datums.count), &options, schema, &result)
        }
      }
    }
  }

  private static func check(_ name: String, _ body: () -> roost_status) throws(ComputeError) {
    do throws(BridgeFailure) {
      try BridgeFailure.check(body)
    } catch {
      throw ComputeError(function: name, failure: error)
    }
  }

  /// The rows of `columns`, which all have the type `type`, one column after the other.
  static func concatenate(_ columns: [Column], type: DataType) throws -> Column {
    var result = ArrowArray()
    var arrays = columns.map { column in
      let array = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
      column.export(to: array)
      return Optional(array)
    }
    defer {
      for case let array? in arrays {
        array.pointee.release?(array)
        array.deallocate()
      }
    }
    try withComputeSchema(of: type) { schema in
      try arrays.withUnsafeMutableBufferPointer { buffer in
        try check("concatenate") {
          roost_concatenate(buffer.baseAddress, Int64(buffer.count), schema, &result)
        }
      }
    }
    return Column(consuming: &result, type: type)
  }
}

/// Calls `body` with the C form of `datums` and releases afterwards what the call did not move from.
func withBridgedDatums<Result>(
  _ datums: [Datum], _ body: (UnsafeBufferPointer<roost_datum>) throws -> Result
) rethrows -> Result {
  let arrays = UnsafeMutablePointer<ArrowArray>.allocate(capacity: max(1, datums.count))
  let schemas = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: max(1, datums.count))
  var bridged: [roost_datum] = []
  for (index, datum) in datums.enumerated() {
    switch datum {
    case .column(let column):
      column.export(to: arrays + index)
      exportComputeSchema(of: column.type, to: schemas + index)
    case .scalar(let column):
      precondition(column.length == 1, "a scalar is a column of one value")
      column.export(to: arrays + index)
      exportComputeSchema(of: column.type, to: schemas + index)
    case .batch(let batch):
      batch.export(to: arrays + index)
      exportComputeSchema(of: batch.schema, to: schemas + index)
    }
    bridged.append(
      roost_datum(kind: datum.bridgedKind, array: arrays + index, schema: schemas + index))
  }
  defer {
    for index in datums.indices {
      arrays[index].release?(arrays + index)
      schemas[index].release?(schemas + index)
    }
    arrays.deallocate()
    schemas.deallocate()
  }
  return try bridged.withUnsafeBufferPointer(body)
}

extension Datum {
  fileprivate var bridgedKind: roost_datum_kind {
    switch self {
    case .column: ROOST_DATUM_COLUMN
    case .scalar: ROOST_DATUM_SCALAR
    case .batch: ROOST_DATUM_BATCH
    }
  }
}
