/// The index of a single key that fits a word: open addressing with linear probing on the words themselves.
final class WordKeyIndex: KeyIndex {
  private struct Slot {
    var word: UInt64
    /// -1 when the slot is free.
    var group: Int32

    static let free = Slot(word: 0, group: -1)
  }

  private static let initialSlotCount = 1 << 10

  private let type: DataType
  /// A power of two, at most half of it taken, so that a probe ends soon.
  private var slots = [Slot](repeating: .free, count: initialSlotCount)
  /// The word of each group; of no meaning for the group of null. Has room for as many groups as `slots` takes.
  private var words = [UInt64](repeating: 0, count: initialSlotCount / 2)
  private(set) var count = 0
  /// The group of the null key, -1 while there is none.
  private var nullGroup: Int32 = -1

  init(type: DataType) {
    self.type = type
  }

  var byteCount: Int { MemoryLayout<Slot>.stride * slots.count + 8 * words.count }

  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    let key = keys[0]
    return key.withKeyWords { keyWords in
      var row = 0
      while true {
        // Room for the null's group as well as for a word's.
        let room = min(limit, slots.count / 2)
        row =
          if let validity = key.validity {
            fill(groups, from: row, keyWords, room) { validity[$0] }
          } else {
            fill(groups, from: row, keyWords, room) { _ in true }
          }
        if row == groups.count || count == limit { return row }
        grow()
      }
    }
  }

  /// Assigns rows from `start` on until one would need a group past `room`; returns that row.
  @inline(__always)
  private func fill(
    _ groups: UnsafeMutableBufferPointer<Int32>, from start: Int,
    _ keyWords: UnsafeBufferPointer<UInt64>, _ room: Int, isValid: (Int) -> Bool
  ) -> Int {
    var count = self.count
    var nullGroup = self.nullGroup
    defer {
      self.count = count
      self.nullGroup = nullGroup
    }
    return slots.withUnsafeMutableBufferPointer { slots in
      words.withUnsafeMutableBufferPointer { words in
        let mask = slots.count &- 1
        var row = start
        while row < groups.count {
          if isValid(row) {
            let word = keyWords[row]
            var position = Int(truncatingIfNeeded: RowHash.mix(word)) & mask
            while slots[position].group >= 0 && slots[position].word != word {
              position = (position &+ 1) & mask
            }
            if slots[position].group < 0 {
              if count == room { return row }
              slots[position] = Slot(word: word, group: Int32(truncatingIfNeeded: count))
              words[count] = word
              count &+= 1
            }
            groups[row] = slots[position].group
          } else {
            if nullGroup < 0 {
              if count == room { return row }
              nullGroup = Int32(truncatingIfNeeded: count)
              words[count] = 0
              count &+= 1
            }
            groups[row] = nullGroup
          }
          row &+= 1
        }
        return row
      }
    }
  }

  private func grow() {
    let slotCount = slots.count * 2
    slots = [Slot](repeating: .free, count: slotCount)
    words.append(contentsOf: repeatElement(0, count: slotCount / 2 - words.count))
    slots.withUnsafeMutableBufferPointer { slots in
      for group in 0..<count where group != Int(nullGroup) {
        var position = Int(truncatingIfNeeded: RowHash.mix(words[group])) & (slotCount - 1)
        while slots[position].group >= 0 { position = (position + 1) & (slotCount - 1) }
        slots[position] = Slot(word: words[group], group: Int32(truncatingIfNeeded: group))
      }
    }
  }

  func keys() -> [Column] {
    let builder = ColumnBuilder(type, capacity: count)
    for group in 0..<count {
      if group == Int(nullGroup) {
        builder.appendNull()
      } else {
        builder.append(keyWord: words[group])
      }
    }
    return [builder.finish()]
  }

  func reset() {
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: .free) }
    count = 0
    nullGroup = -1
  }
}
