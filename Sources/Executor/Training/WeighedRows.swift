import Columnar

/// What statistics do not tell of weighted rows: how many count for nothing, and whether a weight is none.
struct WeighedRows {
  private let blocksPerGroup: Int
  /// For each block its rows of weight 0, and of weights that are none.
  private var weightless: [Double] = []
  /// For each group a weight that is negative or infinite, the first; 0 where there is none.
  private(set) var wrongWeights: [Double] = []

  init(blocksPerGroup: Int) { self.blocksPerGroup = blocksPerGroup }

  var stateFields: [Field] {
    [
      Field("rows_without_weight", .fixedSizeList(.double, count: blocksPerGroup)),
      Field("wrong_weight", .double),
    ]
  }

  var byteCount: Int { 8 * (weightless.capacity + wrongWeights.capacity) }

  mutating func grow(to groupCount: Int) {
    guard groupCount > wrongWeights.count else { return }
    let added = groupCount - wrongWeights.count
    wrongWeights.append(contentsOf: repeatElement(0, count: added))
    weightless.append(contentsOf: repeatElement(0, count: added * blocksPerGroup))
  }

  /// Notes the weights of rows, whose blocks are given, and takes those that count for nothing out of them.
  mutating func take(
    _ weights: UnsafeBufferPointer<Double>, _ rowBlocks: UnsafeMutableBufferPointer<Int32>
  ) {
    for (row, weight) in weights.enumerated() where rowBlocks[row] >= 0 {
      if weight > 0, weight.isFinite { continue }
      let block = Int(rowBlocks[row])
      weightless[block] += 1
      rowBlocks[row] = -1
      let group = block / blocksPerGroup
      if weight != 0, wrongWeights[group] == 0 { wrongWeights[group] = weight }
    }
  }

  mutating func merge(_ states: ArraySlice<Column>, groups: UnsafeBufferPointer<Int32>) {
    guard let counts = states.first?.elements, let wrong = states.last else { return }
    counts.withValues(as: Double.self) { counts in
      wrong.withValues(as: Double.self) { wrong in
        for row in 0..<groups.count {
          let group = Int(groups[row])
          for block in 0..<blocksPerGroup {
            weightless[group * blocksPerGroup + block] += counts[row * blocksPerGroup + block]
          }
          if wrongWeights[group] == 0 { wrongWeights[group] = wrong[row] }
        }
      }
    }
  }

  func states() -> [Column] {
    [
      weightless.withUnsafeBufferPointer {
        Column.copying(fixedSizeListsOf: blocksPerGroup, $0)
      }, Column(.double, values: wrongWeights),
    ]
  }

  /// The rows without a weight in one block of each group. Counts of partial results come over the wire.
  func counts(block: Int) -> [Int64] {
    wrongWeights.indices.map {
      Int64(exactly: weightless[$0 * blocksPerGroup + block].rounded()) ?? 0
    }
  }

  mutating func reset() {
    weightless.removeAll(keepingCapacity: true)
    wrongWeights.removeAll(keepingCapacity: true)
  }
}
