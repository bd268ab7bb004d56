/// Bisecting k-means: Spark's `BisectingKMeans` (Steinbach, Karypis, Kumar, "A comparison of document clustering
/// techniques", 2000).
///
/// It begins with one cluster of all rows. On each level every cluster that can be divided is divided into two by
/// k-means; where that would be more than `k`, the largest ones are.
package struct BisectingKMeans: Learner {
  package static let name = "BisectingKMeans"
  package static let documentation =
    "clusters from dividing clusters into two by k-means, level by level"
  package static let kind = LearnerKind.clustering
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.indicators
  package static let parameters = [
    DistanceMeasure.parameter,
    Parameter(
      "k", .integer(2...100_000), default: .integer(4),
      documentation: "the number of clusters at most"),
    Parameter(
      "maxIter", .integer(1...1_000_000), default: .integer(20),
      documentation: "iterations of each division at most"),
    Parameter(
      "minDivisibleClusterSize", .double(0 ... .infinity), default: .double(1),
      documentation: "the rows of a cluster that is divided at least; below 1 the share of all rows"
    ),
  ]

  package let clusterCount: Int
  package let maxIterations: Int
  package let minDivisibleClusterSize: Double
  package let measure: DistanceMeasure

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    clusterCount = Int(parameters.integer("k"))
    maxIterations = Int(parameters.integer("maxIter"))
    minDivisibleClusterSize = parameters.double("minDivisibleClusterSize")
    measure = DistanceMeasure(parameters)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    BisectingKMeansTrainer(self, featureCount: featureCount, seed: seed)
  }
}

/// Trains bisecting k-means on one group after the other.
final class BisectingKMeansTrainer: Trainer {
  /// A cluster: the rows at `range` of `order`.
  private struct Node {
    var range: Range<Int>
    var cost: Double
    /// The first of two nodes that follow each other; 0 for a leaf.
    var child: Int32 = 0
  }

  /// Spark's limit of levels: with more of them clusters are so unequal that dividing them says nothing.
  private static let levelCount = 30

  private let learner: BisectingKMeans
  private let seed: Int64
  private var rows: PackedRows
  private var solver: LloydSolver
  private var draw = CenterDraw()
  private var nodes: [Node] = []
  /// A row of as many as there are features for each node but the root.
  private var centers: [Double] = []
  private var order: [Int32] = []
  private var moved: [Int32] = []

  init(_ learner: BisectingKMeans, featureCount: Int, seed: Int64) {
    self.learner = learner
    self.seed = seed
    rows = PackedRows(featureCount: featureCount)
    solver = LloydSolver(featureCount: featureCount, measure: learner.measure)
  }

  var model: any Model {
    BisectingKMeansModel(
      measure: learner.measure, featureCount: rows.featureCount, children: nodes.map(\.child),
      centers: centers)
  }

  /// Throws `noExamples`, `noWeight`, `notFinite`, and with cosine distances `zeroVector`.
  /// - Complexity: O(rows * features * maxIter * log k) where clusters are about equal.
  func fit(_ examples: Examples) throws(TrainingError) {
    try rows.pack(examples, for: learner.measure)
    order.removeAll(keepingCapacity: true)
    for row in 0..<rows.rowCount { order.append(Int32(row)) }
    centers.removeAll(keepingCapacity: true)
    nodes.removeAll(keepingCapacity: true)
    // Whether there is anything to divide shows when it is tried.
    nodes.append(Node(range: 0..<rows.rowCount, cost: .infinity))
    var level = 0..<1
    var needed = learner.clusterCount - 1
    for _ in 1..<Self.levelCount where needed > 0 && !level.isEmpty {
      var divisible = level.filter(isDivisible)
      if divisible.count > needed {
        // Of equally large ones the first: the sort is stable.
        divisible.sort { nodes[$0].range.count > nodes[$1].range.count }
        divisible = divisible[..<needed].sorted()
      }
      let end = nodes.count
      for node in divisible where divide(node) { needed -= 1 }
      level = end..<nodes.count
    }
  }

  private var minSize: Double {
    let size = learner.minDivisibleClusterSize
    return size >= 1 ? size : size * Double(rows.rowCount)
  }

  private func isDivisible(_ node: Int) -> Bool {
    let size = Double(nodes[node].range.count)
    return size >= minSize.rounded(.up) && nodes[node].cost > Double.ulpOfOne * size
  }

  /// Divides the rows of a node in two; false where they are all equal.
  private func divide(_ node: Int) -> Bool {
    let range = nodes[node].range
    solver.rows.pack(order[range], of: rows)
    solver.centerCount = 0
    var random = SeededRandom(seed: seed, stream: node)
    draw.seedPlusPlus(&solver, count: 2, &random)
    guard solver.centerCount == 2 else { return false }
    solver.iterate(maxIterations: learner.maxIterations, tolerance: 0)
    // Rows of each child stay in their order.
    moved.removeAll(keepingCapacity: true)
    var costs = (0.0, 0.0)
    var end = range.lowerBound
    for position in range {
      let row = position - range.lowerBound
      let cost = solver.rows.weights[row] * solver.distances[row]
      if solver.labels[row] == 0 {
        costs.0 += cost
        order[end] = order[position]
        end += 1
      } else {
        costs.1 += cost
        moved.append(order[position])
      }
    }
    for (offset, row) in moved.enumerated() { order[end + offset] = row }
    if end == range.lowerBound || moved.isEmpty { return false }
    nodes[node].child = Int32(nodes.count)
    nodes.append(Node(range: range.lowerBound..<end, cost: costs.0))
    nodes.append(Node(range: end..<range.upperBound, cost: costs.1))
    centers.append(contentsOf: solver.centers[..<(2 * rows.featureCount)])
    return true
  }
}
