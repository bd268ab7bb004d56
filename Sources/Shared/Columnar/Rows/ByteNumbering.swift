import Glibc
import Prefetch

/// The keys of a batch's rows as bytes, equal just when the keys are.
protocol ByteSource {
  /// Where the bytes of the last row end: up to here memory may be read, whatever the row.
  var end: UnsafeRawPointer { get }
  func bytes(_ row: Int) -> UnsafeRawBufferPointer
  /// The bytes of a null are not looked at.
  func isNull(_ row: Int) -> Bool
}

/// Numbers groups by keys of bytes, null among them, in the order of first appearance.
///
/// The first and the last eight bytes of a key and their number stand in one record: they are all of a key of up to 16
/// bytes, so that a look at its group is one access to memory, and the loads that make them branch on no length.
struct ByteNumbering {
  private var slots = KeySlots()
  /// The `KeyRecord` of each group.
  private let records = GrowableBuffer(capacity: 0)
  /// The bytes of all groups, one key after the other.
  private let data = GrowableBuffer(capacity: 0)
  /// The group of the null key.
  private(set) var nullGroup: Int?

  var count: Int { slots.count }

  var byteCount: Int { slots.byteCount + records.capacity + data.capacity }

  /// See `KeySlots.assign`.
  mutating func assign<Source: ByteSource>(
    _ source: Source, to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    var keys = ByteKeys(source: source, records: records, data: data, nullGroup: nullGroup)
    defer { nullGroup = keys.nullGroup }
    return slots.assign(&keys, to: groups, limit: limit)
  }

  /// Calls `body` with the bytes of all groups, one key after the other.
  func withData<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withExtendedLifetime(data) {
      body(UnsafeRawBufferPointer(start: data.base, count: data.count))
    }
  }

  /// Where the bytes of each group begin, and at the end their number.
  func offsets() -> [Int] {
    withExtendedLifetime(records) {
      let records = records.base.assumingMemoryBound(to: KeyRecord.self)
      return [Int](unsafeUninitializedCapacity: count + 1) { offsets, initializedCount in
        for group in 0..<count { offsets[group] = records[group].start }
        offsets[count] = data.count
        initializedCount = count + 1
      }
    }
  }

  mutating func reset() {
    slots.reset()
    records.count = 0
    data.count = 0
    nullGroup = nil
  }
}

/// A key in few words.
private struct KeyDigest {
  /// The first eight bytes and the last eight, padded with zeros when there are fewer.
  let first: UInt64
  let last: UInt64
  let count: Int

  static let empty = KeyDigest(first: 0, last: 0, count: 0)

  @inline(__always)
  static func == (one: KeyDigest, other: KeyDigest) -> Bool {
    (one.first ^ other.first) | (one.last ^ other.last)
      | UInt64(truncatingIfNeeded: one.count ^ other.count) == 0
  }
}

extension KeyDigest {
  /// `end` is as in `ByteSource`.
  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer, end: UnsafeRawPointer) {
    guard let start = bytes.baseAddress else {
      self = .empty
      return
    }
    count = bytes.count
    if start + 8 <= end {
      // What is too much is masked away, without a branch on the length.
      let unused = UInt64(truncatingIfNeeded: max(0, 8 &- count) &* 8)
      let mask = count == 0 ? 0 : UInt64.max &>> unused
      first = start.loadUnaligned(as: UInt64.self) & mask
      last = (start + max(0, count &- 8)).loadUnaligned(as: UInt64.self) & mask
    } else {
      first = count == 0 ? 0 : RowHash.tailWord(start, byteCount: count)
      last = first
    }
  }
}

private struct KeyRecord {
  let digest: KeyDigest
  /// Where the bytes begin in the data of all groups.
  let start: Int
}

private struct ByteKeys<Source: ByteSource>: NumberedKeys {
  /// The null has the digest of no bytes and a hash that no bytes do not have, so that it equals no value.
  private static var nullHash: UInt32 {
    ~hash(.empty, UnsafeRawBufferPointer(start: nil, count: 0))
  }

  let source: Source
  let records: GrowableBuffer
  let data: GrowableBuffer
  private(set) var nullGroup: Int?
  private let end: UnsafeRawPointer
  /// Where `records` and `data` stand, at hand for the loop over rows.
  private var recordBase: UnsafePointer<KeyRecord>
  private var dataBase: UnsafeRawPointer

  init(source: Source, records: GrowableBuffer, data: GrowableBuffer, nullGroup: Int?) {
    self.source = source
    self.records = records
    self.data = data
    self.nullGroup = nullGroup
    end = source.end
    recordBase = UnsafePointer(records.base.assumingMemoryBound(to: KeyRecord.self))
    dataBase = UnsafeRawPointer(data.base)
  }

  @inline(__always)
  func hash(_ row: Int) -> UInt32 {
    if source.isNull(row) { return Self.nullHash }
    let bytes = source.bytes(row)
    return Self.hash(KeyDigest(bytes, end: end), bytes)
  }

  @inline(__always)
  func prefetchKey(of group: Int) { roost_prefetch(recordBase + group) }

  @inline(__always)
  func isKey(_ row: Int, of group: Int) -> Bool {
    if source.isNull(row) { return recordBase[group].digest == .empty }
    let bytes = source.bytes(row)
    let record = recordBase[group]
    guard record.digest == KeyDigest(bytes, end: end) else { return false }
    return bytes.count <= 16
      || memcmp(bytes.baseAddress! + 8, dataBase + record.start + 8, bytes.count &- 16) == 0
  }

  @inline(__always)
  mutating func keep(_ row: Int) {
    var digest = KeyDigest.empty
    let start = data.count
    if source.isNull(row) {
      nullGroup = records.count / MemoryLayout<KeyRecord>.stride
    } else {
      let bytes = source.bytes(row)
      digest = KeyDigest(bytes, end: end)
      data.append(bytes: bytes)
      dataBase = UnsafeRawPointer(data.base)
    }
    records.append(KeyRecord(digest: digest, start: start))
    recordBase = UnsafePointer(records.base.assumingMemoryBound(to: KeyRecord.self))
  }

  @inline(__always)
  private static func hash(_ digest: KeyDigest, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var hash = UInt64(truncatingIfNeeded: digest.count)
    var index = 8
    // Only for keys of more than 16 bytes; the digest has the others whole.
    while index &+ 8 < bytes.count {
      hash = KeyHash.fold(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    hash = KeyHash.fold(hash ^ digest.first ^ 0x9E37_79B9_7F4A_7C15)
    return KeyHash.placed(KeyHash.fold(hash ^ digest.last))
  }
}
