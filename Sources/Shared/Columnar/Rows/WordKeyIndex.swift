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
        if type.isFewValued, let source = PlacedColumnWords(words, count: groups.count) {
          return numbering.assign(placed: source, to: groups, limit: limit)
        }
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

/// Whole numbers that lie close to each other.
private struct PlacedColumnWords: PlacedWordSource {
  /// Windows begin at multiples of this, so that those of a table's batches are mostly the same.
  private static let originStep: Int64 = 1 << 16

  let words: UnsafePointer<UInt64>
  let layout: PlaceLayout

  /// Nil when the values of the first `count` rows do not fit a window. O(rows).
  init?(_ words: UnsafePointer<UInt64>, count: Int) {
    guard count >= PlaceLayout.leastRows else { return nil }
    var smallest = Int64.max
    var largest = Int64.min
    for row in 0..<count {
      let value = Int64(bitPattern: words[row])
      smallest = min(smallest, value)
      largest = max(largest, value)
    }
    let origin = smallest & ~(Self.originStep - 1)
    let (width, overflow) = largest.subtractingReportingOverflow(origin)
    guard !overflow, width < Int64(PlaceLayout.mostPlaces) else { return nil }
    self.words = words
    layout = PlaceLayout(origin: origin, stride: 1, placeCount: PlaceLayout.mostPlaces)
  }

  @inline(__always)
  func word(_ row: Int) -> UInt64 { words[row] }

  @inline(__always)
  func place(_ row: Int) -> Int {
    Int(truncatingIfNeeded: words[row] &- UInt64(bitPattern: layout.origin))
  }
}

extension DataType {
  /// Whether values of the type, which fits a word, often lie close to each other.
  fileprivate var isFewValued: Bool { isInteger || self == .date || self == .boolean }
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
