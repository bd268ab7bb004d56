import Glibc

/// The index of a single key of strings or binaries.
final class StringKeyIndex: KeyIndex {
  private let type: DataType
  private var numbering = ByteNumbering()
  /// The dictionary of the last batch that had one, and the group of each of its entries, -1 where no row had it yet.
  private var dictionary: Column?
  private var groupOfEntry: [Int32] = []

  init(type: DataType) {
    self.type = type
  }

  var count: Int { numbering.count }

  var byteCount: Int { numbering.byteCount + 4 * groupOfEntry.capacity }

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

  /// Assigns rows that are indices into entries: an entry is numbered when a row names it first, and looked up from
  /// then on, also in later batches of the same dictionary.
  private func assign(
    _ entries: Column, _ indices: UnsafePointer<Int32>, _ validity: Bitmap?,
    to groups: UnsafeMutableBufferPointer<Int32>, _ limit: Int
  ) -> Int {
    if dictionary?.hasMemory(of: entries) != true {
      dictionary = entries
      // One more entry stands for null.
      groupOfEntry.removeAll(keepingCapacity: true)
      groupOfEntry.append(contentsOf: repeatElement(-1, count: entries.length + 1))
    }
    let source = StringSource(entries)
    let nullEntry = entries.length
    return groupOfEntry.withUnsafeMutableBufferPointer { groupOfEntry in
      /// Whether there was room for the entry's group.
      func number(_ entry: Int) -> Bool {
        let source = EntrySource(entries: source, entry: entry, nullEntry: nullEntry)
        let group = UnsafeMutableBufferPointer(rebasing: groupOfEntry[entry...entry])
        return numbering.assign(source, to: group, limit: limit) == 1
      }
      guard let validity else {
        for row in 0..<groups.count {
          let entry = Int(indices[row])
          if groupOfEntry[entry] < 0, !number(entry) { return row }
          groups[row] = groupOfEntry[entry]
        }
        return groups.count
      }
      for row in 0..<groups.count {
        let entry = validity[row] ? Int(indices[row]) : nullEntry
        if groupOfEntry[entry] < 0, !number(entry) { return row }
        groups[row] = groupOfEntry[entry]
      }
      return groups.count
    }
  }

  func keys() throws(ColumnTooLarge) -> [Column] {
    [try Column(type, concatenated: numbering)]
  }

  func reset() {
    numbering.reset()
    dictionary = nil
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

/// One entry of a dictionary, or the null, as the key of any row.
private struct EntrySource: ByteSource {
  let entries: StringSource
  let entry: Int
  let nullEntry: Int

  var end: UnsafeRawPointer { entries.end }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeRawBufferPointer { entries.bytes(entry) }

  @inline(__always)
  func isNull(_ row: Int) -> Bool { entry == nullEntry }
}

extension Column {
  /// Whether both are the same bytes in memory. Whoever keeps a column keeps its memory from being used for another.
  fileprivate func hasMemory(of other: Column) -> Bool {
    length == other.length && length > 0 && offsets == other.offsets && data == other.data
  }

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
