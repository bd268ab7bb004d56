/// The index of a single key that fits a word.
final class WordKeyIndex: KeyIndex {
  private let type: DataType
  private var numbering = WordNumbering()
  /// The group of the null key.
  private var nullGroup: Int?

  init(type: DataType) {
    self.type = type
  }

  var count: Int { numbering.count }

  var byteCount: Int { numbering.byteCount }

  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    let key = keys[0]
    return key.withKeyWords { words in
      guard let words = words.baseAddress else { return 0 }
      guard let validity = key.validity else {
        return numbering.assign(ColumnWords(words: words), to: groups, limit: limit)
      }
      let rows = numbering.assign(
        NullableColumnWords(words: words, validity: validity), to: groups, limit: limit)
      if nullGroup == nil, let row = (0..<rows).first(where: { !validity[$0] }) {
        nullGroup = Int(groups[row])
      }
      return rows
    }
  }

  func keys() -> [Column] {
    numbering.withWords { [Column(type, keyWords: $0, nullRow: nullGroup)] }
  }

  func reset() {
    numbering.reset()
    nullGroup = nil
  }
}

private struct ColumnWords: WordSource {
  let words: UnsafePointer<UInt64>

  @inline(__always)
  func word(_ row: Int) -> UInt64 { words[row] }
}

/// A null is the word 0 with a hash that the word 0 itself does not have, so that it equals no value.
private struct NullableColumnWords: WordSource {
  let words: UnsafePointer<UInt64>
  let validity: Bitmap
  private let nullHash = ~WordNumbering.hash(0)

  init(words: UnsafePointer<UInt64>, validity: Bitmap) {
    self.words = words
    self.validity = validity
  }

  @inline(__always)
  func word(_ row: Int) -> UInt64 { validity[row] ? words[row] : 0 }

  @inline(__always)
  func hash(_ row: Int) -> UInt32 {
    validity[row] ? WordNumbering.hash(words[row]) : nullHash
  }
}
