import Prefetch

/// The keys of a batch's rows as words, equal just when the keys are.
protocol WordSource {
  func word(_ row: Int) -> UInt64
  /// See `NumberedKeys.hash`.
  func hash(_ row: Int) -> UInt32
}

extension WordSource {
  @inline(__always)
  func hash(_ row: Int) -> UInt32 { WordNumbering.hash(word(row)) }
}

/// Numbers groups by keys of one word, in the order of first appearance.
struct WordNumbering {
  private var slots = KeySlots()
  /// The word of each group.
  private let words = GrowableBuffer(capacity: 0)

  var count: Int { slots.count }

  var byteCount: Int { slots.byteCount + words.capacity }

  @inline(__always)
  static func hash(_ word: UInt64) -> UInt32 {
    KeyHash.placed(KeyHash.fold(word ^ 0x9E37_79B9_7F4A_7C15))
  }

  /// See `KeySlots.assign`.
  mutating func assign<Source: WordSource>(
    _ source: Source, to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    var keys = WordKeys(source: source, words: words)
    return slots.assign(&keys, to: groups, limit: limit)
  }

  /// Calls `body` with the words of the groups.
  func withWords<Result>(_ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
    withExtendedLifetime(words) {
      body(
        UnsafeBufferPointer(start: words.base.assumingMemoryBound(to: UInt64.self), count: count))
    }
  }

  mutating func reset() {
    slots.reset()
    words.count = 0
  }
}

private struct WordKeys<Source: WordSource>: NumberedKeys {
  let source: Source
  let words: GrowableBuffer
  /// Where `words` stand, at hand for the loop over rows.
  private var base: UnsafePointer<UInt64>

  init(source: Source, words: GrowableBuffer) {
    self.source = source
    self.words = words
    base = UnsafePointer(words.base.assumingMemoryBound(to: UInt64.self))
  }

  @inline(__always)
  func hash(_ row: Int) -> UInt32 { source.hash(row) }

  @inline(__always)
  func prefetchKey(of group: Int) { roost_prefetch(base + group) }

  @inline(__always)
  func isKey(_ row: Int, of group: Int) -> Bool { base[group] == source.word(row) }

  @inline(__always)
  mutating func keep(_ row: Int) {
    words.append(source.word(row))
    base = UnsafePointer(words.base.assumingMemoryBound(to: UInt64.self))
  }
}
