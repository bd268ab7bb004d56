import Glibc
import Synchronization

/// Strings or binaries as indices into a few of them, as a Parquet file holds them: what numbers or hashes keys looks at
/// each entry once and at an index a row.
///
/// Anything else sees a column like others: the first who asks for offsets or bytes has them written out, for all rows.
/// Safe to send between threads: all is immutable but the written strings, which are published in one atomic step.
final class DictionaryStrings: Sendable {
  /// The entries: neither nulls among them nor a dictionary of their own.
  let entries: Column
  /// From the storage's first row on, undefined where a row is null; all of them are checked where they are made.
  nonisolated(unsafe) let indices: UnsafePointer<Int32>
  private let rows: Range<Int>
  private let written = AtomicLazyReference<WrittenStrings>()

  /// The strings of `rows`, those of the storage that are used, must have less than 2 GiB together. `indices` outlive this.
  init(entries: Column, indices: UnsafePointer<Int32>, rows: Range<Int>) {
    self.entries = entries
    self.indices = indices
    self.rows = rows
  }

  /// Whether somebody asked for offsets or bytes.
  var isWritten: Bool { written.load() != nil }

  /// Bytes of the strings of some rows, none for those that are null in `validity`. O(rows).
  func textByteCount(_ rows: Range<Int>, validity: UnsafePointer<UInt8>?) -> Int {
    let bits = validity.map { Bitmap(bytes: $0, offset: 0) }
    return withExtendedLifetime(entries) {
      let offsets = entries.offsets
      var byteCount = 0
      for row in rows where bits.map({ $0[row] }) ?? true {
        let entry = Int(indices[row])
        byteCount &+= Int(offsets[entry + 1] &- offsets[entry])
      }
      return byteCount
    }
  }

  /// The offsets and the bytes of the strings, none for the rows that are null in `validity`.
  func buffers(validity: UnsafePointer<UInt8>?) -> [UnsafeRawPointer?] {
    if let written = written.load() { return written.buffers }
    // Two threads may both come here; one's strings are kept.
    return written.storeIfNil(write(validity)).buffers
  }

  private func write(_ validity: UnsafePointer<UInt8>?) -> WrittenStrings {
    let bits = validity.map { Bitmap(bytes: $0, offset: 0) }
    let offsets = GrowableBuffer(capacity: 4 * (rows.upperBound + 1))
    let data = GrowableBuffer(capacity: 8 * rows.count)
    for _ in 0...rows.lowerBound { offsets.append(Int32(0)) }
    withExtendedLifetime(entries) {
      for row in rows {
        if bits.map({ $0[row] }) ?? true {
          data.append(bytes: UnsafeRawBufferPointer(entries.bytes(Int(indices[row]))))
        }
        offsets.append(Int32(truncatingIfNeeded: data.count))
      }
    }
    return WrittenStrings(offsets: offsets, data: data)
  }
}

/// The offsets and bytes of strings. `@unchecked Sendable`: nothing writes to them any more.
private final class WrittenStrings: @unchecked Sendable {
  private let offsets: GrowableBuffer
  private let data: GrowableBuffer
  let buffers: [UnsafeRawPointer?]

  init(offsets: GrowableBuffer, data: GrowableBuffer) {
    self.offsets = offsets
    self.data = data
    buffers = [UnsafeRawPointer(offsets.base), UnsafeRawPointer(data.base)]
  }
}

extension Column {
  /// The entries and this column's indices into them, when it has them. The caller keeps the column alive.
  var dictionary: (entries: Column, indices: UnsafePointer<Int32>)? {
    storage.dictionary.map { ($0.entries, $0.indices + offset) }
  }
}
