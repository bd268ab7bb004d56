import ArrowBridge

// Types on their way into Arrow's compute functions: as they are, but for timestamps, which lose the zone
// (UTC everywhere in the engine) so that Arrow looks for no time zone database.

func exportComputeSchema(of type: DataType, to schema: UnsafeMutablePointer<ArrowSchema>) {
  Field("", type).export(to: schema)
  removeTimeZones(from: schema)
}

func exportComputeSchema(
  of batchSchema: Schema, to schema: UnsafeMutablePointer<ArrowSchema>
) {
  batchSchema.export(to: schema)
  removeTimeZones(from: schema)
}

/// Calls `body` with the exported type and releases it afterwards if nobody moved from it.
func withComputeSchema<Result>(
  of type: DataType, _ body: (UnsafeMutablePointer<ArrowSchema>) throws -> Result
) rethrows -> Result {
  var schema = ArrowSchema()
  exportComputeSchema(of: type, to: &schema)
  defer { schema.release?(&schema) }
  return try body(&schema)
}

func withComputeSchema<Result>(
  of batchSchema: Schema, _ body: (UnsafeMutablePointer<ArrowSchema>) throws -> Result
) rethrows -> Result {
  var schema = ArrowSchema()
  exportComputeSchema(of: batchSchema, to: &schema)
  defer { schema.release?(&schema) }
  return try body(&schema)
}

private func removeTimeZones(from schema: UnsafeMutablePointer<ArrowSchema>) {
  let zoneless = "tsu:"
  if let format = schema.pointee.format, String(cString: format).hasPrefix(zoneless) {
    // The exporter owns this copy of the format string: ending it early is ours to do.
    UnsafeMutablePointer(mutating: format)[zoneless.utf8.count] = 0
  }
  for index in 0..<Int(schema.pointee.n_children) {
    if let child = schema.pointee.children[index] { removeTimeZones(from: child) }
  }
}
