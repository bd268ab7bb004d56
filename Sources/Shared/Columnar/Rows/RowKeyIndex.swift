/// The index of a single key of any type, by the bytes of its `KeyRows`.
final class RowKeyIndex: KeyIndex {
  private let type: DataType
  private var numbering = ByteNumbering()
  private var rows = KeyRows()

  init(type: DataType) {
    self.type = type
  }

  var count: Int { numbering.count }

  var byteCount: Int { numbering.byteCount + rows.byteCount }

  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    if keys[0].length == 0 { return 0 }
    rows.encode(keys[0])
    return rows.words.withUnsafeBytes { words in
      rows.offsets.withUnsafeBufferPointer { offsets in
        numbering.assign(
          RowSource(words: words, offsets: offsets), to: groups, limit: limit)
      }
    }
  }

  func keys() throws(ColumnTooLarge) -> [Column] {
    let offsets = numbering.offsets().dropLast().map { $0 / 8 }
    let result: Result<Column, ColumnTooLarge> = numbering.withData { data in
      do throws(ColumnTooLarge) {
        return .success(
          try KeyRows.decode(data.bindMemory(to: UInt64.self), offsets: offsets, type: type))
      } catch {
        return .failure(error)
      }
    }
    return [try result.get()]
  }

  func reset() {
    numbering.reset()
  }
}

/// Encoded rows, at least one, that outlive this; a null is a row like others.
private struct RowSource: ByteSource {
  let words: UnsafeRawBufferPointer
  let offsets: UnsafeBufferPointer<Int>

  var end: UnsafeRawPointer { words.baseAddress! + words.count }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: words[8 &* offsets[row]..<8 &* offsets[row &+ 1]])
  }

  @inline(__always)
  func isNull(_ row: Int) -> Bool { false }
}
