/// The index of any keys: open addressing with linear probing on the words of `KeyRows`.
final class RowKeyIndex: KeyIndex {
  private struct Slot {
    /// The high bits of the hash, so that most other keys are told apart without a look at their words.
    var tag: UInt32
    /// -1 when the slot is free.
    var group: Int32

    static let free = Slot(tag: 0, group: -1)
  }

  private static let initialSlotCount = 1 << 10

  private let types: [DataType]
  /// A power of two, at most half of it taken.
  private var slots = [Slot](repeating: .free, count: initialSlotCount)
  /// The key rows of the groups, one after the other.
  private var words: [UInt64] = []
  /// Where the key of each group begins in `words`, and at the end the number of words.
  private var offsets = [0]
  private var hashes: [UInt64] = []
  private var rows = KeyRows()

  init(types: [DataType]) {
    self.types = types
  }

  var count: Int { hashes.count }

  var byteCount: Int {
    MemoryLayout<Slot>.stride * slots.count
      + 8 * (words.capacity + offsets.capacity + hashes.capacity) + rows.byteCount
  }

  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    rows.encode(keys, rowCount: groups.count)
    return rows.words.withUnsafeBufferPointer { rowWords in
      rows.offsets.withUnsafeBufferPointer { rowOffsets in
        var row = 0
        while true {
          row = find(groups, from: row, rowWords, rowOffsets, limit)
          if row == groups.count { return row }
          // A row without a group: its key is new.
          if count == limit { return row }
          insert(UnsafeBufferPointer(rebasing: rowWords[rowOffsets[row]..<rowOffsets[row + 1]]))
        }
      }
    }
  }

  /// Assigns rows from `start` on to groups that are there; returns the first row whose key is new.
  private func find(
    _ groups: UnsafeMutableBufferPointer<Int32>, from start: Int,
    _ rowWords: UnsafeBufferPointer<UInt64>, _ rowOffsets: UnsafeBufferPointer<Int>, _ limit: Int
  ) -> Int {
    slots.withUnsafeBufferPointer { slots in
      words.withUnsafeBufferPointer { words in
        offsets.withUnsafeBufferPointer { offsets in
          let mask = slots.count &- 1
          for row in start..<groups.count {
            let begin = rowOffsets[row]
            let wordCount = rowOffsets[row &+ 1] &- begin
            let hash = Self.hash(rowWords, begin, wordCount)
            let tag = UInt32(truncatingIfNeeded: hash &>> 32)
            var position = Int(truncatingIfNeeded: hash) & mask
            var found: Int32 = -1
            while true {
              let slot = slots[position]
              if slot.group < 0 { break }
              if slot.tag == tag {
                let other = offsets[Int(slot.group)]
                if offsets[Int(slot.group) &+ 1] &- other == wordCount,
                  Self.areEqual(rowWords, begin, words, other, wordCount)
                {
                  found = slot.group
                  break
                }
              }
              position = (position &+ 1) & mask
            }
            if found < 0 { return row }
            groups[row] = found
          }
          return groups.count
        }
      }
    }
  }

  private func insert(_ key: UnsafeBufferPointer<UInt64>) {
    if (count + 1) * 2 > slots.count { grow() }
    let hash = Self.hash(key, 0, key.count)
    place(hash, group: count)
    words.append(contentsOf: key)
    offsets.append(words.count)
    hashes.append(hash)
  }

  private func grow() {
    slots = [Slot](repeating: .free, count: slots.count * 2)
    for (group, hash) in hashes.enumerated() { place(hash, group: group) }
  }

  private func place(_ hash: UInt64, group: Int) {
    let mask = slots.count - 1
    var position = Int(truncatingIfNeeded: hash) & mask
    while slots[position].group >= 0 { position = (position + 1) & mask }
    slots[position] = Slot(
      tag: UInt32(truncatingIfNeeded: hash &>> 32), group: Int32(truncatingIfNeeded: group))
  }

  @inline(__always)
  private static func hash(
    _ words: UnsafeBufferPointer<UInt64>, _ begin: Int, _ count: Int
  ) -> UInt64 {
    var hash: UInt64 = 0
    for index in begin..<begin &+ count { hash = RowHash.combine(hash, words[index]) }
    return hash
  }

  @inline(__always)
  private static func areEqual(
    _ one: UnsafeBufferPointer<UInt64>, _ begin: Int, _ other: UnsafeBufferPointer<UInt64>,
    _ otherBegin: Int, _ count: Int
  ) -> Bool {
    var index = 0
    while index < count {
      if one[begin &+ index] != other[otherBegin &+ index] { return false }
      index &+= 1
    }
    return true
  }

  func keys() throws(ColumnTooLarge) -> [Column] {
    let offsets = Array(offsets.dropLast())
    let result: Result<[Column], ColumnTooLarge> = words.withUnsafeBufferPointer { words in
      do throws(ColumnTooLarge) {
        return .success(try KeyRows.decode(words, offsets: offsets, types: types))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  func reset() {
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: .free) }
    words.removeAll(keepingCapacity: true)
    offsets = [0]
    hashes.removeAll(keepingCapacity: true)
  }
}
