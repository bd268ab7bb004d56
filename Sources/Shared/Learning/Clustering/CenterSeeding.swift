/// The centers that k-means begins with, by Spark's names (`initMode`) and scikit-learn's.
enum CenterSeeding: String, CaseIterable {
  /// k-means||: a few rounds that each draw many rows, then k-means++ among these (Bahmani, Moseley, Vattani, Kumar,
  /// Vassilvitskii, "Scalable k-means++", 2012, algorithm 2).
  case parallel = "k-means||"
  /// Each center is drawn with a probability of its squared distance from those before (Arthur and Vassilvitskii,
  /// "k-means++: the advantages of careful seeding", 2007), the best of 2 + log k draws, as in scikit-learn.
  case plusPlus = "k-means++"
  case random

  static let parameter = Parameter(
    "initMode", .string(allCases.map(\.rawValue)), default: .string("k-means||"),
    documentation: "how the first centers are chosen: k-means||, k-means++ or random")
}

/// Chooses first centers, in memory that it keeps.
struct CenterSeeder: ~Copyable {
  private var draw = CenterDraw()
  /// The rows that k-means|| drew, weighted by the rows that are nearest to each.
  private var candidates: LloydSolver
  private var candidateDraw = CenterDraw()
  private var drawn: [Int32] = []
  private var isDrawn: [Bool] = []

  /// Spark's number of iterations that refine the centers chosen among the candidates of k-means||.
  private static let candidateIterations = 30

  init(featureCount: Int, measure: DistanceMeasure) {
    candidates = LloydSolver(featureCount: featureCount, measure: measure)
  }

  /// Sets `count` centers of `solver`; fewer where there are not so many different rows.
  /// - Parameter parallelSteps: the rounds of k-means||, of which each draws 2 `count` rows on average.
  mutating func seed(
    _ solver: inout LloydSolver, count: Int, _ seeding: CenterSeeding, parallelSteps: Int,
    _ random: inout SeededRandom
  ) {
    solver.centerCount = 0
    let count = min(count, solver.rows.rowCount)
    switch seeding {
    case .random: draw.seedRandomly(&solver, count: count, &random)
    case .plusPlus: draw.seedPlusPlus(&solver, count: count, &random)
    case .parallel: seedInParallel(&solver, count: count, steps: parallelSteps, &random)
    }
  }

  private mutating func seedInParallel(
    _ solver: inout LloydSolver, count: Int, steps: Int, _ random: inout SeededRandom
  ) {
    let rowCount = solver.rows.rowCount
    drawn.removeAll(keepingCapacity: true)
    isDrawn.removeAll(keepingCapacity: true)
    isDrawn.append(contentsOf: repeatElement(false, count: rowCount))
    draw.begin(solver.rows)
    append(draw.drawByWeight(solver.rows, &random), to: &solver)
    for _ in 0..<steps {
      let total = draw.totalCost(solver.rows)
      guard total > 0 else { break }
      let first = drawn.count
      // By the costs at the beginning of the round, of which all draws are independent.
      for row in 0..<rowCount where !isDrawn[row] {
        let share = solver.rows.weights[row] * draw.nearest[row] / total
        if random.uniform() < 2 * Double(count) * share { drawn.append(Int32(row)) }
      }
      let last = drawn.count
      var kept = first
      for position in first..<last {
        let row = Int(drawn[position])
        isDrawn[row] = true
        // Equal rows are one center.
        if draw.nearest[row] == 0 { continue }
        drawn[kept] = Int32(row)
        kept += 1
        draw.append(row, to: &solver)
      }
      drawn.removeLast(last - kept)
    }
    if drawn.count > count {
      chooseAmongDrawn(&solver, count: count, &random)
      return
    }
    // The rounds drew too few: the others one by one.
    while solver.centerCount < count {
      let total = draw.totalCost(solver.rows)
      guard total > 0 else { return }
      append(draw.drawByCost(solver.rows, total: total, &random), to: &solver)
    }
  }

  private mutating func append(_ row: Int, to solver: inout LloydSolver) {
    drawn.append(Int32(row))
    isDrawn[row] = true
    draw.append(row, to: &solver)
  }

  /// Clusters the rows that were drawn, each weighted by the rows that are nearest to it.
  private mutating func chooseAmongDrawn(
    _ solver: inout LloydSolver, count: Int, _ random: inout SeededRandom
  ) {
    solver.iterate(maxIterations: 0, tolerance: 0)
    candidates.rows.pack(drawn[...], of: solver.rows)
    for candidate in drawn.indices { candidates.rows.setWeight(0, ofRow: candidate) }
    for row in 0..<solver.rows.rowCount {
      let candidate = Int(solver.labels[row])
      let weight = candidates.rows.weights[candidate] + solver.rows.weights[row]
      candidates.rows.setWeight(weight, ofRow: candidate)
    }
    candidates.centerCount = 0
    candidateDraw.seedPlusPlus(&candidates, count: count, &random)
    candidates.iterate(maxIterations: Self.candidateIterations, tolerance: 0)
    solver.centerCount = candidates.centerCount
    for position in 0..<candidates.centerCount * solver.featureCount {
      solver.centers[position] = candidates.centers[position]
    }
  }
}
