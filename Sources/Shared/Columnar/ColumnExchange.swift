import ArrowBridge
import Glibc

// Columns and schemas cross to and from Arrow C++ as the Arrow C data interface, without a copy.

/// What another side of the C data interface handed over and cannot be used.
package enum ArrowExchangeError: Error, Equatable {
  case unsupportedFormat(String)
  case notAStruct(String)
  case columnCount(expected: Int, found: Int)
}

extension DataType {
  /// Reads the type of a schema; unknown format strings throw.
  init(arrow schema: UnsafePointer<ArrowSchema>) throws(ArrowExchangeError) {
    let format = String(cString: schema.pointee.format)
    // The format is that of the indices.
    guard schema.pointee.dictionary == nil else { throw .unsupportedFormat("dictionary") }
    switch format {
    case "n": self = .void
    case "b": self = .boolean
    case "c": self = .byte
    case "s": self = .short
    case "i": self = .integer
    case "l": self = .long
    case "f": self = .float
    case "g": self = .double
    case "u": self = .string
    case "z": self = .binary
    case "tdD": self = .date
    case "tsu:UTC": self = .timestamp
    case "+l":
      self = .list(try DataType(arrow: schema.pointee.children[0]!))
    default:
      if format.hasPrefix("d:") {
        let parts = format.dropFirst(2).split(separator: ",").compactMap { Int($0) }
        // Arrow has negative scales and ones beyond the precision; SQL has neither.
        guard parts.count == 2, 1...DecimalValue.maximumPrecision ~= parts[0],
          0...parts[0] ~= parts[1]
        else { throw .unsupportedFormat(format) }
        self = .decimal(precision: parts[0], scale: parts[1])
      } else if format.hasPrefix("+w:"), let count = Int(format.dropFirst(3)), count >= 0 {
        self = .fixedSizeList(try DataType(arrow: schema.pointee.children[0]!), count: count)
      } else {
        throw .unsupportedFormat(format)
      }
    }
  }
}

extension Schema {
  /// Reads and releases the schema of a record batch (a struct).
  package init(consuming schema: inout ArrowSchema) throws(ArrowExchangeError) {
    defer { schema.release?(&schema) }
    let format = String(cString: schema.format)
    guard format == "+s" else { throw .notAStruct(format) }
    var fields: [Field] = []
    for index in 0..<Int(schema.n_children) {
      let child = UnsafePointer(schema.children[index]!)
      let name = child.pointee.name.map { String(cString: $0) } ?? ""
      fields.append(Field(name, try DataType(arrow: child)))
    }
    self.init(fields)
  }

  /// Fills `schema` with a struct of these fields; the receiver releases it.
  package func export(to schema: UnsafeMutablePointer<ArrowSchema>) {
    exportSchema(format: "+s", name: "", children: fields, to: schema)
  }
}

extension Field {
  /// Fills `schema` with this field alone; the receiver releases it.
  package func export(to schema: UnsafeMutablePointer<ArrowSchema>) {
    let children: [Field]
    switch type {
    case .list(let element): children = [Field("item", element)]
    case .fixedSizeList(let element, _): children = [Field("item", element)]
    default: children = []
    }
    exportSchema(format: type.arrowFormat, name: name, children: children, to: schema)
  }
}

private func exportSchema(
  format: String, name: String, children: [Field], to schema: UnsafeMutablePointer<ArrowSchema>
) {
  let pointers = UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>.allocate(
    capacity: max(1, children.count))
  for (index, child) in children.enumerated() {
    let pointer = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
    child.export(to: pointer)
    pointers[index] = pointer
  }
  schema.initialize(
    to: ArrowSchema(
      format: strdup(format), name: strdup(name), metadata: nil,
      flags: Int64(ARROW_FLAG_NULLABLE), n_children: Int64(children.count), children: pointers,
      dictionary: nil,
      release: { schema in
        guard let schema else { return }
        free(UnsafeMutableRawPointer(mutating: schema.pointee.format))
        free(UnsafeMutableRawPointer(mutating: schema.pointee.name))
        for index in 0..<Int(schema.pointee.n_children) {
          guard let child = schema.pointee.children[index] else { continue }
          child.pointee.release?(child)
          child.deallocate()
        }
        schema.pointee.children.deallocate()
        schema.pointee.release = nil
      }, private_data: nil))
}

extension Column {
  /// Takes over an array of the C data interface; `array` is moved from, as the interface asks.
  /// The array must have the layout of `type`, or for strings and binaries be one of 32-bit indices into a dictionary
  /// (see `DictionaryStrings` for what holds of it): what comes from a socket is validated before this.
  package init(consuming array: inout ArrowArray, type: DataType) {
    var children: [Column] = []
    let elementType: DataType? =
      switch type {
      case .list(let element): element
      case .fixedSizeList(let element, _): element
      default: nil
      }
    if let elementType {
      children.append(Column(consuming: &array.children[0]!.pointee, type: elementType))
    }
    let bufferCount = Int(array.n_buffers)
    var validity: UnsafePointer<UInt8>?
    var buffers: [UnsafeRawPointer?] = []
    if bufferCount > 0 {
      validity = array.buffers[0]?.assumingMemoryBound(to: UInt8.self)
      buffers = (1..<max(1, bufferCount)).map { array.buffers[$0] }
    }
    let length = Int(array.length)
    let offset = Int(array.offset)
    var nullCount = Int(array.null_count)
    if type == .void {
      nullCount = length
    } else if validity == nil {
      nullCount = 0
    } else if nullCount < 0 {
      nullCount = length - Bitmap(bytes: validity!, offset: offset).count(length)
    }
    var dictionary: DictionaryStrings?
    if let entries = array.dictionary, let indices = buffers.first ?? nil {
      dictionary = DictionaryStrings(
        entries: Column(consuming: &entries.pointee, type: type),
        indices: indices.assumingMemoryBound(to: Int32.self), rows: offset..<offset + length)
    }
    let moved = array
    array.release = nil
    if let dictionary {
      self.init(
        type: type, length: length, nullCount: nullCount, offset: offset,
        storage: ArrayStorage(
          validity: nullCount > 0 ? validity : nil, dictionary: dictionary,
          memory: .imported(moved)))
      return
    }
    self.init(
      type: type, length: length, nullCount: nullCount, offset: offset,
      storage: ArrayStorage(
        validity: validity, buffers: buffers, children: children, memory: .imported(moved)))
  }

  /// Fills `array` with a view of this column that keeps its storage alive; the receiver releases it.
  package func export(to array: UnsafeMutablePointer<ArrowArray>) {
    let children = storage.children
    let hasValidity = type != .void
    let buffers = (hasValidity ? [validityForExport] : []) + storage.buffers
    exportArray(
      length: length, nullCount: nullCount, offset: offset, buffers: buffers, children: children,
      owner: storage, to: array)
  }

  private var validityForExport: UnsafeRawPointer? {
    nullCount > 0 ? storage.validity.map { UnsafeRawPointer($0) } : nil
  }
}

extension RecordBatch {
  /// Takes over a struct array of the C data interface, whose children become the columns.
  package init(
    consuming array: inout ArrowArray, schema: Schema
  ) throws(ArrowExchangeError) {
    defer { array.release?(&array) }
    guard Int(array.n_children) == schema.count else {
      throw .columnCount(expected: schema.count, found: Int(array.n_children))
    }
    let start = Int(array.offset)
    let rows = Int(array.length)
    var columns: [Column] = []
    for (index, field) in schema.fields.enumerated() {
      let child = Column(consuming: &array.children[index]!.pointee, type: field.type)
      columns.append(child.slice(start..<start + rows))
    }
    self.init(schema: schema, columns: columns, rowCount: rows)
  }

  /// Fills `array` with a struct of the columns that keeps them alive; the receiver releases it.
  package func export(to array: UnsafeMutablePointer<ArrowArray>) {
    exportArray(
      length: rowCount, nullCount: 0, offset: 0, buffers: [nil], children: columns, owner: nil,
      to: array)
  }
}

private func exportArray(
  length: Int, nullCount: Int, offset: Int, buffers: [UnsafeRawPointer?], children: [Column],
  owner: ArrayStorage?, to array: UnsafeMutablePointer<ArrowArray>
) {
  let bufferPointers = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(
    capacity: max(1, buffers.count))
  for (index, buffer) in buffers.enumerated() { bufferPointers[index] = buffer }
  let childPointers = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(
    capacity: max(1, children.count))
  for (index, child) in children.enumerated() {
    let pointer = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
    child.export(to: pointer)
    childPointers[index] = pointer
  }
  array.initialize(
    to: ArrowArray(
      length: Int64(length), null_count: Int64(nullCount), offset: Int64(offset),
      n_buffers: Int64(buffers.count), n_children: Int64(children.count), buffers: bufferPointers,
      children: childPointers, dictionary: nil,
      release: { array in
        guard let array else { return }
        array.pointee.buffers.deallocate()
        for index in 0..<Int(array.pointee.n_children) {
          guard let child = array.pointee.children[index] else { continue }
          child.pointee.release?(child)
          child.deallocate()
        }
        array.pointee.children.deallocate()
        if let owner = array.pointee.private_data {
          Unmanaged<ArrayStorage>.fromOpaque(owner).release()
        }
        array.pointee.release = nil
      }, private_data: owner.map { Unmanaged.passRetained($0).toOpaque() }))
}
