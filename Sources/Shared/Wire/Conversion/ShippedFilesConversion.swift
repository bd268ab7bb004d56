import Plan

extension [ShippedFile] {
  /// The files of one job. Throws `malformedMessage` for more than may travel, which a client looks at before it sends them.
  package init(wire: [Roost_ShippedFile]) throws(ProtocolError) {
    guard wire.count <= ShippedFileLimits.count else {
      throw .malformedMessage("\(wire.count) files of a job")
    }
    self = []
    reserveCapacity(wire.count)
    var names: Set<String> = []
    var byteCount: Int64 = 0
    for file in wire {
      let file = try ShippedFile(wire: file)
      guard names.insert(file.name).inserted else {
        throw .malformedMessage("two files of a job called '\(file.name)'")
      }
      guard file.byteCount <= ShippedFileLimits.byteCount - byteCount else {
        throw .malformedMessage("files of a job of more than \(ShippedFileLimits.byteCount) bytes")
      }
      byteCount += file.byteCount
      append(file)
    }
  }
}
