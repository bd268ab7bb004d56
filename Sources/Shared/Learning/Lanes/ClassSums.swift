/// Sums of columns by the class of each row, in memory that it keeps.
///
/// An addition to a sum in memory waits for the one before it. Up to `mostShares` classes each have a column of their rows'
/// weights instead, 0 for the rows of others, by which a column is multiplied eight rows at a time: more additions, and
/// none of them waits.
///
/// Unsafe: columns that are given have `rowCount` doubles, and sums as many as there are classes.
struct ClassSums: ~Copyable {
  private static let mostShares = 8

  private(set) var rowCount = 0
  private(set) var classCount = 0
  /// The sum of the weights of each class.
  private(set) var weights: [Double] = []
  private var shares = WorkingMemory<Double>()
  private var stride = 0
  private var classes = WorkingMemory<Int32>()
  private var rowWeights = WorkingMemory<Double>()

  private var hasShares: Bool { classCount <= Self.mostShares }

  /// Begins anew; there is at least one class.
  mutating func begin(rowCount: Int, classCount: Int) {
    self.rowCount = rowCount
    self.classCount = classCount
    weights.removeAll(keepingCapacity: true)
    weights.append(contentsOf: repeatElement(0, count: classCount))
    classes.reserve(rowCount)
    rowWeights.reserve(rowCount)
  }

  /// Sets the class and the weight of all rows: those that have no class have the weight 0.
  ///
  /// - Parameter assign: the class of a row, below `classCount`, and its weight; nil for none.
  @inline(__always)
  mutating func assign(_ assign: (Int) -> (index: Int, weight: Double)?) {
    let (classes, rowWeights, rowCount) = (classes.base, rowWeights.base, rowCount)
    weights.withUnsafeMutableBufferPointer { weights in
      for row in 0..<rowCount {
        let (index, weight) = assign(row) ?? (0, 0)
        classes[row] = Int32(truncatingIfNeeded: index)
        rowWeights[row] = weight
        weights[index] += weight
      }
    }
    if hasShares { makeShares() }
  }

  private mutating func makeShares() {
    stride = ColumnKernels.padded(rowCount)
    let shares = shares.reserve(stride * classCount)
    let (classes, rowWeights) = (classes.base, rowWeights.base)
    for index in 0..<classCount {
      let column = shares + index &* stride
      let own = Int32(truncatingIfNeeded: index)
      for row in 0..<rowCount { column[row] = classes[row] == own ? rowWeights[row] : 0 }
      for row in rowCount..<stride { column[row] = 0 }
    }
  }

  /// Replaces `sums` by the sum of weight times value for each class.
  func add(_ column: UnsafePointer<Double>, into sums: UnsafeMutablePointer<Double>) {
    guard hasShares else { return addOneByOne(column, into: sums) }
    var index = 0
    while index < classCount {
      let first = shares.base + index &* stride
      // The last of an odd number twice.
      let second = index &+ 1 < classCount ? first + stride : first
      var firstSum = SIMD8<Double>.zero
      var secondSum = SIMD8<Double>.zero
      var row = 0
      while row < rowCount {
        let values = LaneMemory.load(column, row, count: rowCount &- row)
        firstSum = firstSum.addingProduct(values, LaneMemory.load(first, row))
        secondSum = secondSum.addingProduct(values, LaneMemory.load(second, row))
        row &+= LaneMemory.count
      }
      sums[index] = firstSum.sum()
      if index &+ 1 < classCount { sums[index &+ 1] = secondSum.sum() }
      index &+= 2
    }
    if !areFinite(sums) { addOneByOne(column, into: sums) }
  }

  /// Rows of weight 0 have no say, infinite values of theirs neither: by shares these are NaN in all sums.
  private func addOneByOne(
    _ column: UnsafePointer<Double>, into sums: UnsafeMutablePointer<Double>
  ) {
    for index in 0..<classCount { sums[index] = 0 }
    for row in 0..<rowCount where rowWeights.base[row] > 0 {
      sums[Int(classes.base[row])] += rowWeights.base[row] * column[row]
    }
  }

  private func areFinite(_ sums: UnsafePointer<Double>) -> Bool {
    for index in 0..<classCount where !sums[index].isFinite { return false }
    return true
  }

  /// Replaces `squares` by the sum of weight times squared distance from `means`, a value for each class.
  func addSquares(
    _ column: UnsafePointer<Double>, from means: UnsafePointer<Double>,
    into squares: UnsafeMutablePointer<Double>
  ) {
    guard hasShares else { return addSquaresOneByOne(column, from: means, into: squares) }
    var index = 0
    while index < classCount {
      let first = shares.base + index &* stride
      let hasSecond = index &+ 1 < classCount
      let second = hasSecond ? first + stride : first
      let firstMean = SIMD8(repeating: means[index])
      let secondMean = SIMD8(repeating: means[hasSecond ? index &+ 1 : index])
      var firstSum = SIMD8<Double>.zero
      var secondSum = SIMD8<Double>.zero
      var row = 0
      while row < rowCount {
        let values = LaneMemory.load(column, row, count: rowCount &- row)
        let (one, other) = (values - firstMean, values - secondMean)
        firstSum = firstSum.addingProduct(one * LaneMemory.load(first, row), one)
        secondSum = secondSum.addingProduct(other * LaneMemory.load(second, row), other)
        row &+= LaneMemory.count
      }
      squares[index] = firstSum.sum()
      if hasSecond { squares[index &+ 1] = secondSum.sum() }
      index &+= 2
    }
    if !areFinite(squares) { addSquaresOneByOne(column, from: means, into: squares) }
  }

  /// As `addOneByOne`.
  private func addSquaresOneByOne(
    _ column: UnsafePointer<Double>, from means: UnsafePointer<Double>,
    into squares: UnsafeMutablePointer<Double>
  ) {
    for index in 0..<classCount { squares[index] = 0 }
    for row in 0..<rowCount where rowWeights.base[row] > 0 {
      let index = Int(classes.base[row])
      let distance = column[row] - means[index]
      squares[index] += rowWeights.base[row] * distance * distance
    }
  }
}
