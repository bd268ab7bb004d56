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

/// Words of which so few are possible that each has a place of its own.
protocol PlacedWordSource: WordSource {
  /// Sources of one layout give a word the same place.
  var layout: PlaceLayout { get }
  /// 0..<layout.placeCount, equal just when the words are.
  func place(_ row: Int) -> Int
}

/// Which words have which places.
struct PlaceLayout: Hashable {
  /// Places that stay in the second cache, with those of more groups than a task combines at a time.
  static let mostPlaces = 1 << 17
  /// For fewer rows the places cost more than they save.
  static let leastRows = 1 << 12

  var origin: Int64
  var stride: Int
  var placeCount: Int
}

/// Numbers groups by keys of one word, in the order of first appearance.
struct WordNumbering {
  private var slots = KeySlots()
  /// The group at each place of a layout, -1 where none was asked for yet: known from `slots`, which have all groups.
  private var placed: [Int32] = []
  private var layout: PlaceLayout?
  /// The word of each group.
  private let words = GrowableBuffer(capacity: 0)

  var count: Int { slots.count }

  var byteCount: Int { slots.byteCount + words.capacity + 4 * placed.capacity }

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

  /// The same for words that have places: a row whose group is known costs one access to memory and no hash.
  /// Benchmark rows: `group_by` by one integer and by two keys.
  mutating func assign<Source: PlacedWordSource>(
    placed source: Source, to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    if layout != source.layout {
      layout = source.layout
      placed.removeAll(keepingCapacity: true)
      placed.append(contentsOf: repeatElement(-1, count: source.layout.placeCount))
    }
    var keys = WordKeys(source: source, words: words)
    return placed.withUnsafeMutableBufferPointer { placed in
      for row in 0..<groups.count {
        let place = source.place(row)
        var group = placed[place]
        if group < 0 {
          guard let found = slots.group(of: row, &keys, limit: limit) else { return row }
          group = found
          placed[place] = found
        }
        groups[row] = group
      }
      return groups.count
    }
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
    layout = nil
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
