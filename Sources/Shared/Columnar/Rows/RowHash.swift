/// The hash of keys: one function of the values alone, without a seed, equal on every host and in every version
/// of a job (`docs/protocol.md` states it for other implementations).
///
/// Values that group together hash equal: -0.0 and 0.0, every NaN, integers of different widths.
package enum RowHash {
  /// 2^64 divided by the golden ratio, the increment of SplitMix64.
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
  /// What a null contributes, "null" in ASCII twice.
  static let nullWord: UInt64 = 0x6E75_6C6C_6E75_6C6C

  /// The finalizer of SplitMix64 (Stafford's variant 13 of MurmurHash3's): each bit of the word moves each
  /// bit of the result with a probability near one half.
  @inline(__always)
  static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  /// Takes one more word into a hash; the order of the words counts.
  @inline(__always)
  package static func combine(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    mix(hash &+ increment &+ word)
  }

  /// The word of a float or double: all zeros and all NaNs are one.
  @inline(__always)
  static func word(of value: Double) -> UInt64 {
    if value == 0 { return 0 }
    return value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern
  }

  /// The hash of each of the first `rowCount` rows of `keys`; 0 without keys. O(bytes of the keys).
  package static func hashes(of keys: [Column], rowCount: Int) -> [UInt64] {
    var hashes = [UInt64](repeating: 0, count: rowCount)
    hashes.withUnsafeMutableBufferPointer { buffer in
      for key in keys {
        precondition(key.length == rowCount)
        fold(key, into: buffer)
      }
    }
    return hashes
  }

  /// The partition of a hash: its high bits, scaled to `0..<count` by a multiplication.
  @inline(__always)
  package static func partition(of hash: UInt64, count: Int) -> Int {
    Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
  }

  private static func fold(_ column: Column, into hashes: UnsafeMutableBufferPointer<UInt64>) {
    withExtendedLifetime(column) {
      switch column.type {
      case .void: fold(column, into: hashes) { _ in nullWord }
      case .boolean:
        let values = column.booleans
        fold(column, into: hashes) { values[$0] ? 1 : 0 }
      case .byte: fold(integers: column, as: Int8.self, into: hashes)
      case .short: fold(integers: column, as: Int16.self, into: hashes)
      case .integer, .date: fold(integers: column, as: Int32.self, into: hashes)
      case .long, .timestamp: fold(integers: column, as: Int64.self, into: hashes)
      case .float:
        let values = column.pointer(as: Float.self)
        fold(column, into: hashes) { word(of: Double(values[$0])) }
      case .double:
        let values = column.pointer(as: Double.self)
        fold(column, into: hashes) { word(of: values[$0]) }
      case .decimal:
        let values = column.pointer(as: (UInt64, UInt64).self)
        fold(column, into: hashes) { combine(combine(0, values[$0].0), values[$0].1) }
      case .string, .binary:
        if let (entries, indices) = column.dictionary {
          let entryHashes = (0..<entries.length).map { hash(of: entries.bytes($0)) }
          entryHashes.withUnsafeBufferPointer { entryHashes in
            fold(column, into: hashes) { entryHashes[Int(indices[$0])] }
          }
        } else {
          // Read once: asking the column for each row's bytes would count references for each.
          let (offsets, data) = (column.offsets, column.data)
          fold(column, into: hashes) { row in
            let start = Int(offsets[row])
            return hash(
              of: UnsafeBufferPointer(start: data + start, count: Int(offsets[row + 1]) - start))
          }
        }
      case .list:
        let offsets = column.offsets
        fold(lists: column, into: hashes) { Int(offsets[$0])..<Int(offsets[$0 + 1]) }
      case .fixedSizeList(_, let count):
        fold(lists: column, into: hashes) { $0 * count..<($0 + 1) * count }
      }
    }
  }

  private static func fold<T: FixedWidthInteger>(
    integers column: Column, as _: T.Type, into hashes: UnsafeMutableBufferPointer<UInt64>
  ) {
    let values = column.pointer(as: T.self)
    fold(column, into: hashes) { UInt64(bitPattern: Int64(values[$0])) }
  }

  private static func fold(
    lists column: Column, into hashes: UnsafeMutableBufferPointer<UInt64>,
    range: (Int) -> Range<Int>
  ) {
    let elements = column.elements
    let elementHashes = Self.hashes(of: [elements], rowCount: elements.length)
    fold(column, into: hashes) { row in
      let range = range(row)
      return elementHashes[range].reduce(UInt64(range.count)) { combine($0, $1) }
    }
  }

  @inline(__always)
  private static func fold(
    _ column: Column, into hashes: UnsafeMutableBufferPointer<UInt64>, word: (Int) -> UInt64
  ) {
    if let validity = column.validity {
      for row in 0..<hashes.count {
        hashes[row] = combine(hashes[row], validity[row] ? word(row) : nullWord)
      }
    } else {
      for row in 0..<hashes.count { hashes[row] = combine(hashes[row], word(row)) }
    }
  }

  /// The hash of a string or binary: its length, then its bytes as little-endian words, the last padded with zeros.
  @inline(__always)
  private static func hash(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: bytes.count)
    guard let start = bytes.baseAddress else { return hash }
    let raw = UnsafeRawPointer(start)
    var index = 0
    while index &+ 8 <= bytes.count {
      hash = combine(hash, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    if index < bytes.count {
      hash = combine(hash, tailWord(raw + index, byteCount: bytes.count &- index))
    }
    return hash
  }

  /// One to seven bytes as a little-endian word, by loads that overlap rather than a loop.
  @inline(__always)
  static func tailWord(_ start: UnsafeRawPointer, byteCount: Int) -> UInt64 {
    if byteCount >= 4 {
      let low = UInt64(start.loadUnaligned(as: UInt32.self))
      let high = UInt64(start.loadUnaligned(fromByteOffset: byteCount &- 4, as: UInt32.self))
      return low | high &<< UInt64(truncatingIfNeeded: (byteCount &- 4) &* 8)
    }
    let middle = byteCount &>> 1
    let last = byteCount &- 1
    return UInt64(start.load(as: UInt8.self))
      | UInt64(start.load(fromByteOffset: middle, as: UInt8.self))
      &<< UInt64(truncatingIfNeeded: middle &* 8)
      | UInt64(start.load(fromByteOffset: last, as: UInt8.self))
      &<< UInt64(truncatingIfNeeded: last &* 8)
  }
}
