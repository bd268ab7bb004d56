import Glibc

/// The index of a single key of strings or binaries.
final class StringKeyIndex: KeyIndex {
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
    let key = keys[0]
    if key.length == 0 { return 0 }
    return withExtendedLifetime(key) {
      if let (entries, indices) = key.dictionary {
        assign(entries, indices, key.validity, to: groups, limit)
      } else {
        numbering.assign(StringSource(key), to: groups, limit: limit)
      }
    }
  }

  /// Assigns rows that are indices into entries: the entries are numbered in the order in which rows name
  /// them first, and the groups of all others are looked up.
  private func assign(
    _ entries: Column, _ indices: UnsafePointer<Int32>, _ validity: Bitmap?,
    to groups: UnsafeMutableBufferPointer<Int32>, _ limit: Int
  ) -> Int {
    // One more entry stands for null.
    let nullEntry = entries.length
    func entry(_ row: Int) -> Int {
      guard let validity, !validity[row] else { return Int(indices[row]) }
      return nullEntry
    }
    var groupOfEntry = [Int32](repeating: -1, count: nullEntry + 1)
    return groupOfEntry.withUnsafeMutableBufferPointer { groupOfEntry in
      var named: [Int] = []
      for row in 0..<groups.count {
        let entry = entry(row)
        if groupOfEntry[entry] < 0 {
          groupOfEntry[entry] = 0
          named.append(entry)
        }
      }
      var groupOfNamed = [Int32](repeating: -1, count: named.count)
      groupOfNamed.withUnsafeMutableBufferPointer {
        let source = EntrySource(
          entries: StringSource(entries), named: named, nullEntry: nullEntry)
        _ = numbering.assign(source, to: $0, limit: limit)
      }
      for (index, entry) in named.enumerated() { groupOfEntry[entry] = groupOfNamed[index] }
      for row in 0..<groups.count {
        let group = groupOfEntry[entry(row)]
        if group < 0 { return row }
        groups[row] = group
      }
      return groups.count
    }
  }

  func keys() throws(ColumnTooLarge) -> [Column] {
    [try Column(type, concatenated: numbering)]
  }

  func reset() {
    numbering.reset()
  }
}

/// The values of a column that has rows and outlives this.
private struct StringSource: ByteSource {
  private let offsets: UnsafePointer<Int32>
  private let data: UnsafeRawPointer
  private let validity: Bitmap?
  let end: UnsafeRawPointer

  init(_ column: Column) {
    offsets = column.offsets
    data = UnsafeRawPointer(column.data)
    validity = column.validity
    end = data + Int(offsets[column.length])
  }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeRawBufferPointer {
    let start = Int(offsets[row])
    return UnsafeRawBufferPointer(start: data + start, count: Int(offsets[row &+ 1]) &- start)
  }

  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    return !validity[row]
  }
}

/// Some of the entries of a dictionary, and perhaps the null.
private struct EntrySource: ByteSource {
  let entries: StringSource
  let named: [Int]
  let nullEntry: Int

  var end: UnsafeRawPointer { entries.end }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeRawBufferPointer { entries.bytes(named[row]) }

  @inline(__always)
  func isNull(_ row: Int) -> Bool { named[row] == nullEntry }
}

extension Column {
  /// The keys of all groups as strings or binaries, in one copy of their bytes.
  fileprivate init(_ type: DataType, concatenated groups: ByteNumbering) throws(ColumnTooLarge) {
    let ends = groups.offsets()
    let byteCount = ends[groups.count]
    guard byteCount <= Int(Int32.max) else { throw ColumnTooLarge(byteCount: byteCount) }
    let offsets = GrowableBuffer(capacity: 4 * ends.count)
    for end in ends { offsets.append(Int32(truncatingIfNeeded: end)) }
    let data = GrowableBuffer(capacity: byteCount)
    groups.withData { data.append(bytes: $0) }
    var memory = [offsets.take(), data.take()]
    let buffers = memory.map { UnsafeRawPointer($0) }
    var validity: UnsafePointer<UInt8>?
    if let row = groups.nullGroup {
      let bits = malloc((groups.count + 7) / 8)!.assumingMemoryBound(to: UInt8.self)
      memset(bits, 0xFF, (groups.count + 7) / 8)
      bits[row >> 3] &= ~(1 << UInt8(truncatingIfNeeded: row & 7))
      memory.append(bits)
      validity = UnsafePointer(bits)
    }
    self.init(
      type: type, length: groups.count, nullCount: validity == nil ? 0 : 1, offset: 0,
      storage: ArrayStorage(
        validity: validity, buffers: buffers, children: [], memory: .allocated(memory)))
  }
}
