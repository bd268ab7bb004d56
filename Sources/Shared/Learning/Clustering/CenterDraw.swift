import Glibc

/// Draws rows that are to be centers, with the distances that the draws depend on, in memory that it keeps.
struct CenterDraw: ~Copyable {
  /// Squared distance of each row from the nearest center so far.
  private(set) var nearest: [Double] = []
  /// The same if the row at hand were a center, and if the best of those that were tried were one.
  private var trial: [Double] = []
  private var bestTrial: [Double] = []
  private var order: [Int32] = []

  /// Forgets all centers.
  mutating func begin(_ rows: borrowing PackedRows) {
    let padded = rows.blockCount * 8
    if nearest.count < padded {
      nearest = Array(repeating: .infinity, count: padded)
      trial = nearest
      bestTrial = nearest
    }
    for row in 0..<padded { nearest[row] = .infinity }
  }

  /// Makes a row the next center of `solver`.
  mutating func append(_ row: Int, to solver: inout LloydSolver) {
    solver.appendCenter(row: row)
    _ = tryCenter(solver, row)
    swap(&nearest, &trial)
  }

  /// Sum of the squared distances with the weights of the rows.
  func totalCost(_ rows: borrowing PackedRows) -> Double {
    var sum = 0.0
    for row in 0..<rows.rowCount { sum += rows.weights[row] * nearest[row] }
    return sum
  }

  /// A row, each with a probability of its weight.
  func drawByWeight(_ rows: borrowing PackedRows, _ random: inout SeededRandom) -> Int {
    var total = 0.0
    for row in 0..<rows.rowCount { total += rows.weights[row] }
    var rest = random.uniform() * total
    for row in 0..<rows.rowCount {
      rest -= rows.weights[row]
      if rest < 0 { return row }
    }
    return rows.rowCount - 1
  }

  /// A row, each with a probability of its share in the cost, which is above 0.
  func drawByCost(
    _ rows: borrowing PackedRows, total: Double, _ random: inout SeededRandom
  ) -> Int {
    var rest = random.uniform() * total
    var last = 0
    for row in 0..<rows.rowCount {
      let cost = rows.weights[row] * nearest[row]
      if cost == 0 { continue }
      last = row
      rest -= cost
      if rest < 0 { break }
    }
    return last
  }

  /// Sets `trial` to the distances with one more center; the cost then.
  private mutating func tryCenter(_ solver: borrowing LloydSolver, _ row: Int) -> Double {
    let featureCount = solver.featureCount
    let (lanes, weights) = (solver.rows.lanes, solver.rows.weights)
    let blockCount = solver.rows.blockCount
    let center = solver.rows.row(row)
    var total = SIMD8<Double>.zero
    // Whole blocks only, for which `begin` made room.
    nearest.withUnsafeBytes { nearest in
      trial.withUnsafeMutableBytes { trial in
        for block in 0..<blockCount {
          let distance = CenterDistances.squared(
            lanes + block &* featureCount, center, featureCount: featureCount)
          let offset = block &* 64
          let before = nearest.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
          let after = before.replacing(with: distance, where: distance .< before)
          trial.storeBytes(of: after, toByteOffset: offset, as: SIMD8<Double>.self)
          let weight = UnsafeRawPointer(weights + block &* 8)
            .loadUnaligned(as: SIMD8<Double>.self)
          total += weight * after
        }
      }
    }
    return total.sum()
  }

  /// Greedy k-means++: of `count` centers the first by weight, each other one the best of 2 + log(count) rows drawn
  /// by their cost. Fewer where there are not so many different rows.
  mutating func seedPlusPlus(
    _ solver: inout LloydSolver, count: Int, _ random: inout SeededRandom
  ) {
    begin(solver.rows)
    append(drawByWeight(solver.rows, &random), to: &solver)
    let trialCount = 2 + Int(log(Double(max(1, count))))
    while solver.centerCount < count {
      let total = totalCost(solver.rows)
      guard total > 0 else { return }
      var best = 0
      var bestCost = Double.infinity
      for _ in 0..<trialCount {
        let row = drawByCost(solver.rows, total: total, &random)
        let cost = tryCenter(solver, row)
        if cost < bestCost {
          (best, bestCost) = (row, cost)
          swap(&trial, &bestTrial)
        }
      }
      solver.appendCenter(row: best)
      swap(&nearest, &bestTrial)
    }
  }

  /// Rows drawn without putting back; equal ones count once.
  mutating func seedRandomly(
    _ solver: inout LloydSolver, count: Int, _ random: inout SeededRandom
  ) {
    let rowCount = solver.rows.rowCount
    order.removeAll(keepingCapacity: true)
    for row in 0..<rowCount { order.append(Int32(row)) }
    begin(solver.rows)
    for position in 0..<rowCount where solver.centerCount < count {
      order.swapAt(position, position + random.index(below: rowCount - position))
      let row = Int(order[position])
      if nearest[row] > 0 { append(row, to: &solver) }
    }
  }
}
