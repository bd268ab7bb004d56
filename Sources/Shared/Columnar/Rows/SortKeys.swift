import Glibc

/// How one column of a sort orders its rows.
package struct SortDirection: Hashable, Sendable {
  package var descending: Bool
  package var nullsFirst: Bool

  package init(descending: Bool, nullsFirst: Bool) {
    self.descending = descending
    self.nullsFirst = nullsFirst
  }
}

/// The sort keys of rows as bytes whose order is that of the rows: one comparison a pair, whatever the columns.
///
/// Each column gives a byte that orders nulls, then for a value: integers big-endian with the sign flipped; floats and doubles as
/// their ordered words (NaN the largest, -0.0 as 0.0); strings and binaries with each zero byte followed by 0xFF and two zero bytes
/// at the end; lists each element after a byte 1 (null) or 2, and a zero at the end. The bytes of a value are
/// inverted when the column descends.
package struct SortKeys {
  private let directions: [SortDirection]
  private var bytes: [UInt8] = []
  /// Where each key begins in `bytes`, and at the end the number of bytes.
  private var offsets = [0]

  package init(_ directions: [SortDirection]) {
    self.directions = directions
  }

  package var count: Int { offsets.count - 1 }

  package var byteCount: Int { bytes.capacity + 8 * offsets.capacity }

  /// Appends the keys of rows, whose sort columns are `columns`. O(bytes of the columns).
  package mutating func append(_ columns: [Column], rowCount: Int) {
    precondition(columns.count == directions.count)
    let sources = zip(columns, directions).map { SortKeyColumn($0, $1) }
    offsets.reserveCapacity(offsets.count + rowCount)
    for row in 0..<rowCount {
      for source in sources { source.append(row, to: &bytes) }
      offsets.append(bytes.count)
    }
  }

  /// Appends key `index` of `other`, which has the same directions.
  package mutating func append(_ index: Int, of other: SortKeys) {
    bytes.append(contentsOf: other.bytes[other.offsets[index]..<other.offsets[index + 1]])
    offsets.append(bytes.count)
  }

  /// Whether key `index` comes before key `otherIndex` of `other`.
  package func isKey(_ index: Int, before otherIndex: Int, of other: SortKeys) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      other.bytes.withUnsafeBufferPointer { otherBytes in
        Self.compare(
          UnsafeBufferPointer(rebasing: bytes[offsets[index]..<offsets[index + 1]]),
          UnsafeBufferPointer(
            rebasing: otherBytes[other.offsets[otherIndex]..<other.offsets[otherIndex + 1]])) < 0
      }
    }
  }

  /// The indices of all keys in their order; equal keys keep the order in which they came. O(keys x log keys).
  package func sorted() -> [Int] {
    bytes.withUnsafeBufferPointer { bytes in
      offsets.withUnsafeBufferPointer { offsets in
        var entries = (0..<count).map { Entry($0, bytes, offsets) }
        entries.sort { one, other in
          if one.prefix != other.prefix { return one.prefix < other.prefix }
          let order = Self.compare(one.key(bytes, offsets), other.key(bytes, offsets))
          return order != 0 ? order < 0 : one.index < other.index
        }
        return entries.map(\.index)
      }
    }
  }

  /// A key by its index, with its first bytes at hand: most comparisons end there.
  private struct Entry {
    let prefix: UInt64
    let index: Int

    init(
      _ index: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafeBufferPointer<Int>
    ) {
      self.index = index
      var prefix: UInt64 = 0
      let start = offsets[index]
      for position in 0..<min(8, offsets[index + 1] - start) {
        prefix |= UInt64(bytes[start + position]) &<< UInt64(56 - 8 * position)
      }
      self.prefix = prefix
    }

    func key(
      _ bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafeBufferPointer<Int>
    ) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: bytes[offsets[index]..<offsets[index + 1]])
    }
  }

  private static func compare(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Int {
    guard let oneStart = one.baseAddress, let otherStart = other.baseAddress else {
      return one.count - other.count
    }
    let order = memcmp(oneStart, otherStart, min(one.count, other.count))
    return order != 0 ? Int(order) : one.count - other.count
  }
}
