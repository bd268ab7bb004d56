/// Lloyd's iteration for k-means on packed rows, in memory that it keeps (Lloyd, "Least squares quantization in PCM",
/// 1982): each row goes to its nearest center, each center to the weighted mean of its rows.
///
/// All distances are computed in each iteration, eight rows at a time. Bounds that save distances (Elkan 2003, Hamerly 2010)
/// look at one row after the other: for the numbers of clusters that groups have this is faster without them.
///
/// Where rows have no weights, the sums of a center's rows are those of the iteration before with the rows that have come and
/// gone, of which there are few after the first iterations; those that the centers come from in the end are made anew.
///
/// A center without rows moves to the row that is farthest from its own center and takes it, as in scikit-learn; in
/// Spark it stays where it is.
struct LloydSolver: ~Copyable {
  private struct Move {
    let row: Int32
    let from: Int32
  }

  var rows: PackedRows
  let measure: DistanceMeasure
  /// The first `centerCount`, row after row.
  var centers: [Double] = []
  var centerCount = 0
  /// The center of each row, and its squared distance; for whole blocks.
  private(set) var labels: [Int32] = []
  private(set) var distances: [Double] = []
  /// Sum of squared distances with the weights of `rows`.
  private(set) var cost = 0.0
  private(set) var iterationCount = 0
  /// The sums of each center's rows, and their means.
  private var sums: [Double] = []
  private var newCenters: [Double] = []
  /// Whether the sums are those of the labels before the last assignment, whose changes are in `moves`.
  private var areSumsKept = false
  /// The rows that the last assignment gave to another center, and the one that they had.
  private var moves: [Move] = []
  /// Weight of the rows of each center.
  private(set) var clusterWeights: [Double] = []
  private(set) var clusterSizes: [Int] = []

  init(featureCount: Int, measure: DistanceMeasure) {
    rows = PackedRows(featureCount: featureCount)
    self.measure = measure
  }

  var featureCount: Int { rows.featureCount }

  /// Moves `centers` until none of them moves farther than `tolerance`, or `maxIterations` times. Then `labels`,
  /// `distances`, `cost` and the sizes are those of the last centers.
  /// - Complexity: O(iterations * rows * centers * features).
  mutating func iterate(maxIterations: Int, tolerance: Double) {
    iterationCount = 0
    areSumsKept = false
    assign()
    while iterationCount < maxIterations {
      iterationCount += 1
      // The last sums are made of all rows: differences may have left rounding errors of values that are gone.
      if iterationCount == maxIterations { areSumsKept = false }
      let isExact = !areSumsKept
      let hasMoved = moveCenters(tolerance: tolerance)
      areSumsKept = rows.hasUnitWeights
      assign()
      if hasMoved { continue }
      if isExact { return }
      areSumsKept = false
    }
  }

  /// Sets label and distance of each row, and the cost.
  private mutating func assign() {
    let padded = rows.blockCount * 8
    if labels.count < padded {
      labels = Array(repeating: 0, count: padded)
      distances = Array(repeating: 0, count: padded)
    }
    var total = 0.0
    let (rowCount, blockCount) = (rows.rowCount, rows.blockCount)
    let (lanes, weights) = (rows.lanes, rows.weights)
    let (centerCount, featureCount) = (centerCount, featureCount)
    let notesMoves = areSumsKept
    var noted: [Move] = []
    swap(&noted, &moves)
    noted.removeAll(keepingCapacity: true)
    centers.withUnsafeBufferPointer { centers in
      labels.withUnsafeMutableBufferPointer { labels in
        distances.withUnsafeMutableBufferPointer { distances in
          guard let centers = centers.baseAddress, let labels = labels.baseAddress,
            let distances = distances.baseAddress
          else { return }
          for block in 0..<blockCount {
            let (index, distance) = CenterDistances.nearest(
              lanes + block &* featureCount, centers, centerCount: centerCount,
              featureCount: featureCount)
            let target = UnsafeMutableRawPointer(labels + block &* 8)
            let (old, new) = (
              target.loadUnaligned(as: SIMD8<Int32>.self), SIMD8<Int32>(truncatingIfNeeded: index)
            )
            if notesMoves, old != new {
              for lane in 0..<8 where old[lane] != new[lane] && block &* 8 &+ lane < rowCount {
                noted.append(
                  Move(row: Int32(truncatingIfNeeded: block &* 8 &+ lane), from: old[lane]))
              }
            }
            target.storeBytes(of: new, as: SIMD8<Int32>.self)
            UnsafeMutableRawPointer(distances + block &* 8)
              .storeBytes(of: distance, as: SIMD8<Double>.self)
          }
          for row in 0..<rowCount { total += weights[row] * distances[row] }
        }
      }
    }
    swap(&noted, &moves)
    cost = total
  }

  /// Moves each center to the mean of its rows; whether one of them moved farther than `tolerance`.
  private mutating func moveCenters(tolerance: Double) -> Bool {
    if areSumsKept, moves.count < rows.rowCount / 4 { takeMoves() } else { sumUp() }
    for center in 0..<centerCount where clusterSizes[center] == 0 { takeFarthestRow(center) }
    let featureCount = featureCount
    var hasMoved = false
    for center in 0..<centerCount where clusterWeights[center] > 0 {
      let range = center * featureCount..<(center + 1) * featureCount
      for position in range { newCenters[position] = sums[position] / clusterWeights[center] }
      if measure == .cosine {
        let hasDirection = newCenters.withUnsafeMutableBufferPointer {
          scaleToUnitLength(
            $0.baseAddress! + range.lowerBound, count: featureCount, stride: 1)
        }
        // Rows that cancel out have no mean direction: the center stays.
        if !hasDirection { continue }
      }
      var moved = 0.0
      for position in range {
        let difference = newCenters[position] - centers[position]
        moved += difference * difference
        centers[position] = newCenters[position]
      }
      if moved * measure.costFactor > threshold(tolerance) { hasMoved = true }
    }
    return hasMoved
  }

  /// Spark compares the cosine distance with the tolerance, but the squared Euclidean one with its square.
  private func threshold(_ tolerance: Double) -> Double {
    measure == .cosine ? tolerance : tolerance * tolerance
  }

  private mutating func sumUp() {
    if clusterWeights.count < centerCount || sums.count < centerCount * featureCount {
      sums = Array(repeating: 0, count: centerCount * featureCount)
      newCenters = sums
      clusterWeights = Array(repeating: 0, count: centerCount)
      clusterSizes = Array(repeating: 0, count: centerCount)
    }
    for position in 0..<centerCount * featureCount { sums[position] = 0 }
    for center in 0..<centerCount {
      clusterWeights[center] = 0
      clusterSizes[center] = 0
    }
    let (rowCount, featureCount, weights) = (rows.rowCount, featureCount, rows.weights)
    let values = rows.values
    sums.withUnsafeMutableBufferPointer { sums in
      clusterWeights.withUnsafeMutableBufferPointer { clusterWeights in
        clusterSizes.withUnsafeMutableBufferPointer { clusterSizes in
          labels.withUnsafeBufferPointer { labels in
            guard let sums = sums.baseAddress, let labels = labels.baseAddress,
              let clusterWeights = clusterWeights.baseAddress,
              let clusterSizes = clusterSizes.baseAddress
            else { return }
            // Labels are indices of centers: `assign` wrote them.
            for row in 0..<rowCount {
              let center = Int(labels[row])
              let weight = weights[row]
              Self.add(
                values + row &* featureCount, weight: weight, to: sums + center &* featureCount,
                count: featureCount)
              clusterWeights[center] += weight
              clusterSizes[center] &+= 1
            }
          }
        }
      }
    }
  }

  /// Brings the sums to the labels of now.
  private mutating func takeMoves() {
    let featureCount = featureCount
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      for move in moves {
        // Both are indices of centers, as in `sumUp`.
        let (row, old, new) = (Int(move.row), Int(move.from), Int(labels[Int(move.row)]))
        let values = rows.row(row)
        Self.add(values, weight: -1, to: sums + old &* featureCount, count: featureCount)
        Self.add(values, weight: 1, to: sums + new &* featureCount, count: featureCount)
        clusterWeights[old] -= 1
        clusterWeights[new] += 1
        clusterSizes[old] -= 1
        clusterSizes[new] += 1
      }
    }
  }

  @inline(__always)
  private static func add(
    _ values: UnsafePointer<Double>, weight: Double, to sums: UnsafeMutablePointer<Double>,
    count: Int
  ) {
    var index = 0
    while index &+ 4 <= count {
      let lane = UnsafeRawPointer(values + index).loadUnaligned(as: SIMD4<Double>.self)
      let target = UnsafeMutableRawPointer(sums + index)
      let before = target.loadUnaligned(as: SIMD4<Double>.self)
      target.storeBytes(of: before + weight * lane, as: SIMD4<Double>.self)
      index &+= 4
    }
    while index < count {
      sums[index] += weight * values[index]
      index &+= 1
    }
  }

  /// Gives an empty center the row that is farthest from its own center, if that center has others left.
  private mutating func takeFarthestRow(_ center: Int) {
    var farthest: Int?
    var largest = 0.0
    for row in 0..<rows.rowCount
    where distances[row] > largest && clusterSizes[Int(labels[row])] > 1 {
      farthest = row
      largest = distances[row]
    }
    guard let farthest else { return }
    let old = Int(labels[farthest])
    let weight = rows.weights[farthest]
    let values = rows.row(farthest)
    for feature in 0..<featureCount {
      sums[old * featureCount + feature] -= weight * values[feature]
      sums[center * featureCount + feature] = weight * values[feature]
    }
    clusterWeights[old] -= weight
    clusterSizes[old] -= 1
    clusterWeights[center] = weight
    clusterSizes[center] = 1
    labels[farthest] = Int32(center)
    distances[farthest] = 0
  }

  /// Makes a row the next center.
  mutating func appendCenter(row: Int) {
    let needed = (centerCount + 1) * featureCount
    if centers.count < needed {
      centers.append(contentsOf: repeatElement(0, count: needed - centers.count))
    }
    let values = rows.row(row)
    for feature in 0..<featureCount {
      centers[centerCount * featureCount + feature] = values[feature]
    }
    centerCount += 1
  }
}
