/// The index of a single key of decimals, by the bytes of their unscaled values.
final class DecimalKeyIndex: KeyIndex {
  fileprivate static let width = 16

  private let type: DataType
  private var numbering = ByteNumbering()

  init(type: DataType) {
    self.type = type
  }

  var count: Int { numbering.count }

  var byteCount: Int { numbering.byteCount }

  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    withExtendedLifetime(keys) {
      numbering.assign(DecimalSource(keys[0]), to: groups, limit: limit)
    }
  }

  func keys() -> [Column] {
    let memory = ColumnMemory(type, length: count)
    numbering.withData { data in
      let values = UnsafeMutableRawBufferPointer(
        start: memory.values, count: count * Self.width)
      guard let row = numbering.nullGroup else { return values.copyMemory(from: data) }
      // The null has no bytes among those of the others.
      let start = row * Self.width
      values.copyMemory(from: UnsafeRawBufferPointer(rebasing: data[..<start]))
      UnsafeMutableRawBufferPointer(rebasing: values[(start + Self.width)...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: data[start...]))
      memory.setNull(row)
    }
    return [memory.finish()]
  }

  func reset() {
    numbering.reset()
  }
}

/// The values of a column that outlives this.
private struct DecimalSource: ByteSource {
  private let values: UnsafeRawPointer
  private let validity: Bitmap?
  let end: UnsafeRawPointer

  init(_ column: Column) {
    values = UnsafeRawPointer(column.pointer(as: (UInt64, UInt64).self))
    validity = column.validity
    end = values + column.length * DecimalKeyIndex.width
  }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: values + row &* DecimalKeyIndex.width, count: DecimalKeyIndex.width)
  }

  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    return !validity[row]
  }
}
