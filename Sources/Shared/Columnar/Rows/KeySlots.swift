import Prefetch

/// What `KeySlots` asks about the keys of a batch's rows and of the groups that it has numbered.
protocol NumberedKeys {
  /// Equal keys hash equal.
  func hash(_ row: Int) -> UInt32
  /// Asks for the memory in which the key of a group stands; any number may come.
  func prefetchKey(of group: Int)
  /// Whether a row has the key of a group. Asked only when their hashes agree.
  func isKey(_ row: Int, of group: Int) -> Bool
  /// Keeps the key of a row as that of the next group.
  mutating func keep(_ row: Int)
}

/// A hash table from keys, which stand elsewhere, to the numbers of their groups: open addressing with linear
/// probing. Every numbering of groups rests on it.
///
/// It is fast because a slot is one word, the hash and the group: half a megabyte for 32,768 groups, and a key is looked at
/// only when all of its hash agrees. Of the first two slots that a key may stand in, the one with its hash is selected
/// without a branch, which would be mispredicted for every fourth row. When the slots outgrow the first cache, the rows
/// go through in blocks, three times: their hashes, which ask for the slots; the slots, which ask for the keys; the keys.
/// So the waits for memory overlap. A slot's place is the high bits of its hash, so that growing reads the old slots
/// from front to back, writes the new ones from front to back and needs no key. Benchmark rows: `group_by` by one
/// integer, one string and two keys.
struct KeySlots {
  private static let initialBits: UInt32 = 10
  /// The most slots that stay in the first cache beside the rows.
  private static let nearSlotCount = 1 << 12
  /// Rows of a block: their hashes, slots and keys stay in the first cache.
  private static let blockRows = 256

  /// The hash above and the group + 1 below; 0 is a free slot. At most half of them are taken, so that a probe ends soon.
  private var slots = [UInt64](repeating: 0, count: 1 << Int(initialBits))
  private var bits = initialBits
  /// How many groups there are.
  private(set) var count = 0

  var byteCount: Int { 8 * slots.capacity }

  /// Assigns rows to groups, from the first row up to the first one that would need more than `limit` groups. Returns
  /// how many rows were assigned. `groups` has room for all rows; the keys may stand in there, for nobody looks at that of
  /// a row which has its group.
  mutating func assign<Keys: NumberedKeys>(
    _ keys: inout Keys, to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    withUnsafeTemporaryAllocation(of: Candidate.self, capacity: Self.blockRows) { candidates in
      var row = 0
      while row < groups.count {
        let rows = row..<min(row + Self.blockRows, groups.count)
        reserve(min(rows.count, limit - count))
        row = assign(&keys, rows, candidates, to: groups, limit)
        if row < rows.upperBound { break }
      }
      return row
    }
  }

  /// The group of one row, for those who look at the slots seldom; nil when it would be one too many.
  mutating func group<Keys: NumberedKeys>(
    of row: Int, _ keys: inout Keys, limit: Int
  ) -> Int32? {
    reserve(min(1, limit - count))
    let hash = keys.hash(row) | 1
    return slots.withUnsafeMutableBufferPointer { slots in
      var probe = SlotProbe(
        slots: slots.baseAddress!, mask: slots.count &- 1, shift: 32 - bits, count: count,
        limit: limit)
      defer { count = probe.count }
      return probe.group(of: row, &keys, hash, probe.candidate(hash))
    }
  }

  /// The hash of a row, and the slot that its key may have.
  private struct Candidate {
    let hash: UInt32
    var slot: UInt64
  }

  /// Assigns the rows of one block, all of whose keys have room. Returns the first row that was not assigned.
  @inline(__always)
  private mutating func assign<Keys: NumberedKeys>(
    _ keys: inout Keys, _ rows: Range<Int>,
    _ candidates: UnsafeMutableBufferPointer<Candidate>,
    to groups: UnsafeMutableBufferPointer<Int32>, _ limit: Int
  ) -> Int {
    let isNear = slots.count <= Self.nearSlotCount
    return slots.withUnsafeMutableBufferPointer { slots in
      var probe = SlotProbe(
        slots: slots.baseAddress!, mask: slots.count &- 1, shift: 32 - bits, count: count,
        limit: limit)
      defer { count = probe.count }
      if isNear {
        for row in rows {
          let hash = keys.hash(row) | 1
          guard let group = probe.group(of: row, &keys, hash, probe.candidate(hash)) else {
            return row
          }
          groups[row] = group
        }
        return rows.upperBound
      }
      for row in rows {
        let hash = keys.hash(row) | 1
        candidates[row &- rows.lowerBound] = Candidate(hash: hash, slot: 0)
        probe.prefetch(hash)
      }
      for index in 0..<rows.count {
        let slot = probe.candidate(candidates[index].hash)
        candidates[index].slot = slot
        keys.prefetchKey(of: SlotProbe.group(of: slot))
      }
      for row in rows {
        let candidate = candidates[row &- rows.lowerBound]
        guard let group = probe.group(of: row, &keys, candidate.hash, candidate.slot) else {
          return row
        }
        groups[row] = group
      }
      return rows.upperBound
    }
  }

  /// Makes room for more groups.
  private mutating func reserve(_ extra: Int) {
    while (count + extra) * 2 > slots.count {
      bits += 1
      var grown = [UInt64](repeating: 0, count: slots.count * 2)
      let shift = 64 - UInt64(bits)
      let mask = grown.count - 1
      grown.withUnsafeMutableBufferPointer { grown in
        for slot in slots where slot != 0 {
          var position = Int(truncatingIfNeeded: slot &>> shift)
          while grown[position] != 0 { position = (position &+ 1) & mask }
          grown[position] = slot
        }
      }
      slots = grown
    }
  }

  /// Forgets all groups and keeps the memory.
  mutating func reset() {
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    count = 0
  }
}

/// The slots while rows of one block are looked up. Unsafe inside: the slots outlive it.
private struct SlotProbe {
  let slots: UnsafeMutablePointer<UInt64>
  let mask: Int
  let shift: UInt32
  var count: Int
  let limit: Int

  @inline(__always)
  func prefetch(_ hash: UInt32) { roost_prefetch(slots + Int(hash &>> shift)) }

  /// The slot that most probably has a key of this hash. All hashes are odd, so that no free slot agrees with one.
  @inline(__always)
  func candidate(_ hash: UInt32) -> UInt64 {
    let position = Int(hash &>> shift)
    let first = slots[position]
    let second = slots[(position &+ 1) & mask]
    // A selection as arithmetic: written as a choice it is compiled to a branch.
    let isFirst: UInt64 = Self.hash(of: first) == hash ? .max : 0
    return second ^ ((first ^ second) & isFirst)
  }

  /// The group of a row, a new one when its key is new; nil when that would be one too many.
  @inline(__always)
  mutating func group<Keys: NumberedKeys>(
    of row: Int, _ keys: inout Keys, _ hash: UInt32, _ candidate: UInt64
  ) -> Int32? {
    var slot = candidate
    if Self.hash(of: slot) != hash || !keys.isKey(row, of: Self.group(of: slot)) {
      var position = Int(hash &>> shift)
      slot = slots[position]
      while slot != 0
        && (Self.hash(of: slot) != hash || !keys.isKey(row, of: Self.group(of: slot)))
      {
        position = (position &+ 1) & mask
        slot = slots[position]
      }
      if slot == 0 {
        if count == limit { return nil }
        keys.keep(row)
        count &+= 1
        slot = UInt64(hash) &<< 32 | UInt64(truncatingIfNeeded: count)
        slots[position] = slot
      }
    }
    return Int32(truncatingIfNeeded: Self.group(of: slot))
  }

  @inline(__always)
  static func hash(of slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot &>> 32) }

  @inline(__always)
  static func group(of slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) &- 1
  }
}

/// The steps of a key's hash in a process's tables; what hosts agree on is `RowHash`.
enum KeyHash {
  /// Takes the bits of a word through each other: the two halves of a full product, folded.
  @inline(__always)
  static func fold(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xBF58_476D_1CE4_E5B9)
    return product.high ^ product.low
  }

  /// The last step. Without its product, words that differ in their high half alone would cluster.
  @inline(__always)
  static func placed(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: (hash &* 0x94D0_49BB_1331_11EB) &>> 32)
  }
}
