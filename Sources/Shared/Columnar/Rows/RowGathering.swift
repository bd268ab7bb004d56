import Glibc
import Prefetch

/// Where a row stands in a list of columns or batches.
@usableFromInline
package struct RowLocation: Hashable, Sendable {
  @usableFromInline package var chunk: Int32
  @usableFromInline package var row: Int32

  @inlinable
  package init(chunk: Int32, row: Int32) {
    self.chunk = chunk
    self.row = row
  }
}

extension RecordBatch {
  /// The rows at `locations` of batches of one schema, in that order. `batches` must not be empty.
  /// Throws when a string, binary or list column passes 2 GiB.
  package static func gathering(
    _ batches: [RecordBatch], at locations: ArraySlice<RowLocation>
  ) throws(ColumnTooLarge) -> RecordBatch {
    let schema = batches[0].schema
    var columns: [Column] = []
    for index in 0..<schema.count {
      columns.append(try Column.gathering(batches.map { $0.columns[index] }, at: locations))
    }
    return RecordBatch(schema: schema, columns: columns, rowCount: locations.count)
  }
}

extension Column {
  /// The values at `locations` of columns of one type, in that order. `chunks` must not be empty, and each
  /// location must be a row of it. O(rows), without a check, an allocation or a call per value of fixed width.
  /// Throws when a string, binary or list column passes 2 GiB.
  package static func gathering(
    _ chunks: [Column], at locations: ArraySlice<RowLocation>
  ) throws(ColumnTooLarge) -> Column {
    var result: Result<Column, ColumnTooLarge>?
    withExtendedLifetime(chunks) {
      locations.withUnsafeBufferPointer { locations in
        do throws(ColumnTooLarge) {
          result = .success(try RowGathering(chunks: chunks, locations: locations).column())
        } catch {
          result = .failure(error)
        }
      }
    }
    return try result!.get()
  }
}

extension Column {
  /// Where the first value of a type of `width` bytes stands.
  fileprivate func firstByte(width: Int) -> UnsafeRawPointer {
    UnsafeRawPointer(pointer(as: UInt8.self) - offset) + width * offset
  }
}

/// One gathering of a column. Unsafe inside: the locations are rows of the chunks, which outlive it.
private struct RowGathering {
  let chunks: [Column]
  let locations: UnsafeBufferPointer<RowLocation>

  func column() throws(ColumnTooLarge) -> Column {
    let type = chunks[0].type
    switch type {
    case .void: return make(type, values: nil)
    case .boolean: return make(type, values: bits(chunks.map { .some($0.booleans) }).bytes)
    case .byte: return fixedWidth(type, UInt8.self)
    case .short: return fixedWidth(type, UInt16.self)
    case .integer, .float, .date: return fixedWidth(type, UInt32.self)
    case .long, .double, .timestamp: return fixedWidth(type, UInt64.self)
    case .decimal: return fixedWidth(type, (UInt64, UInt64).self)
    case .string, .binary: return try bytes(type)
    case .list: return try lists(type)
    case .fixedSizeList(let element, let count):
      return try fixedSizeLists(type, element: element, count: count)
    }
  }

  private func fixedWidth<T>(_ type: DataType, _: T.Type) -> Column {
    let values = allocate(locations.count * MemoryLayout<T>.stride)
    let out = values.bindMemory(to: T.self, capacity: locations.count)
    if chunks.count == 1 {
      let base = chunks[0].pointer(as: T.self)
      for index in 0..<locations.count { out[index] = base[Int(locations[index].row)] }
    } else {
      chunks.map { $0.pointer(as: T.self) }.withUnsafeBufferPointer { bases in
        for index in 0..<locations.count {
          let location = locations[index]
          out[index] = bases[Int(location.chunk)][Int(location.row)]
        }
      }
    }
    return make(type, values: values)
  }

  private func bytes(_ type: DataType) throws(ColumnTooLarge) -> Column {
    let offsets = try allocateOffsets()
    let starts = offsets.assumingMemoryBound(to: Int32.self)
    let data = allocate(Int(starts[locations.count]))
    let sources = chunks.map { (offsets: $0.offsets, data: $0.data) }
    sources.withUnsafeBufferPointer { sources in
      for index in 0..<locations.count {
        let source = sources[Int(locations[index].chunk)]
        let start = Int(starts[index])
        let count = Int(starts[index + 1]) - start
        if count > 0 {
          let from = source.data + Int(source.offsets[Int(locations[index].row)])
          (data + start).copyMemory(from: from, byteCount: count)
        }
      }
    }
    return make(type, values: offsets, data: data)
  }

  private func lists(_ type: DataType) throws(ColumnTooLarge) -> Column {
    let offsets = try allocateOffsets()
    let starts = offsets.assumingMemoryBound(to: Int32.self)
    var elements: [RowLocation] = []
    elements.reserveCapacity(Int(starts[locations.count]))
    for (index, location) in locations.enumerated() {
      let first = chunks[Int(location.chunk)].offsets[Int(location.row)]
      for element in 0..<(starts[index + 1] - starts[index]) {
        elements.append(RowLocation(chunk: location.chunk, row: first + element))
      }
    }
    do throws(ColumnTooLarge) {
      let child = try Column.gathering(chunks.map(\.elements), at: elements[...])
      return make(type, values: offsets, children: [child])
    } catch {
      free(offsets)
      throw error
    }
  }

  private func fixedSizeLists(
    _ type: DataType, element: DataType, count: Int
  ) throws(ColumnTooLarge) -> Column {
    let elements = chunks.map(\.elements)
    if let width = element.byteWidth, elements.allSatisfy({ $0.nullCount == 0 }) {
      let stride = width * count
      let values = allocate(locations.count * stride)
      let bases = elements.map { $0.firstByte(width: width) }
      bases.withUnsafeBufferPointer { bases in
        func row(_ index: Int) -> UnsafeRawPointer {
          bases[Int(locations[index].chunk)] + Int(locations[index].row) * stride
        }
        for index in 0..<locations.count {
          // Rows are anywhere: the first lines of later ones are on their way while this one is copied.
          if index + 8 < locations.count {
            let later = row(index + 8)
            for line in 0..<min(4, (stride + 63) / 64) { roost_prefetch(later + 64 * line) }
          }
          (values + index * stride).copyMemory(from: row(index), byteCount: stride)
        }
      }
      let child = Column(
        type: element, length: locations.count * count, nullCount: 0, offset: 0,
        storage: ArrayStorage(
          validity: nil, buffers: [UnsafeRawPointer(values)], children: [],
          memory: .allocated([values])))
      return make(type, values: nil, children: [child])
    }
    var rows: [RowLocation] = []
    rows.reserveCapacity(locations.count * count)
    for location in locations {
      for element in 0..<count {
        let (row, overflow) = Int(location.row).multipliedReportingOverflow(by: count)
        guard !overflow, let row = Int32(exactly: row + element) else {
          throw ColumnTooLarge(byteCount: .max)
        }
        rows.append(RowLocation(chunk: location.chunk, row: row))
      }
    }
    return make(type, values: nil, children: [try Column.gathering(elements, at: rows[...])])
  }

  /// The offsets of the result; null rows get no bytes and no elements.
  private func allocateOffsets() throws(ColumnTooLarge) -> UnsafeMutableRawPointer {
    let memory = allocate(4 * (locations.count + 1))
    let offsets = memory.bindMemory(to: Int32.self, capacity: locations.count + 1)
    var total = 0
    offsets[0] = 0
    let sources = chunks.map { (offsets: $0.offsets, validity: $0.validity) }
    sources.withUnsafeBufferPointer { sources in
      for index in 0..<locations.count {
        let source = sources[Int(locations[index].chunk)]
        let row = Int(locations[index].row)
        if source.validity.map({ $0[row] }) ?? true {
          total += Int(source.offsets[row + 1]) - Int(source.offsets[row])
        }
        offsets[index + 1] = Int32(truncatingIfNeeded: total)
      }
    }
    guard total <= Int(Int32.max) else {
      free(memory)
      throw ColumnTooLarge(byteCount: total)
    }
    return memory
  }

  private func make(
    _ type: DataType, values: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer? = nil,
    children: [Column] = []
  ) -> Column {
    var memory = [values, data].compactMap { $0 }
    let buffers = memory.map { UnsafeRawPointer($0) }
    var validity: UnsafePointer<UInt8>?
    var nullCount = type == .void ? locations.count : 0
    if type != .void, chunks.contains(where: { $0.nullCount > 0 }) {
      let valid = bits(chunks.map(\.validity))
      memory.append(valid.bytes)
      validity = UnsafePointer(valid.bytes.assumingMemoryBound(to: UInt8.self))
      nullCount = locations.count - valid.count
    }
    return Column(
      type: type, length: locations.count, nullCount: nullCount, offset: 0,
      storage: ArrayStorage(
        validity: validity, buffers: buffers, children: children, memory: .allocated(memory)))
  }

  /// The bits at the locations and how many are set; a chunk without a bitmap has them all set.
  private func bits(_ bitmaps: [Bitmap?]) -> (bytes: UnsafeMutableRawPointer, count: Int) {
    let memory = allocate((locations.count + 7) / 8)
    let bytes = memory.bindMemory(to: UInt8.self, capacity: (locations.count + 7) / 8)
    var count = 0
    bitmaps.withUnsafeBufferPointer { bitmaps in
      var byte: UInt8 = 0
      for index in 0..<locations.count {
        let location = locations[index]
        let isSet = bitmaps[Int(location.chunk)].map { $0[Int(location.row)] } ?? true
        byte |= (isSet ? 1 : 0) &<< UInt8(truncatingIfNeeded: index & 7)
        if index & 7 == 7 || index == locations.count - 1 {
          bytes[index >> 3] = byte
          count += byte.nonzeroBitCount
          byte = 0
        }
      }
    }
    return (memory, count)
  }

  private func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    malloc(max(64, byteCount))!
  }
}
