/// k-means: Spark's `KMeans`.
///
/// It looks for the centers with the least sum of squared distances of the rows from their nearest one:
/// first centers by `initMode`, then Lloyd's iteration. A group with fewer different rows than `k` has a center for
/// each of them.
package struct KMeans: Learner {
  package static let name = "KMeans"
  package static let documentation =
    "k-means clusters: centers with the least sum of squared distances"
  package static let kind = LearnerKind.clustering
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.indicators
  package static let parameters = [
    DistanceMeasure.parameter,
    CenterSeeding.parameter,
    Parameter(
      "initSteps", .integer(1...100), default: .integer(2), documentation: "rounds of k-means||"),
    Parameter(
      "k", .integer(2...100_000), default: .integer(2), documentation: "the number of clusters"),
    Parameter(
      "maxIter", .integer(0...1_000_000), default: .integer(20),
      documentation: "iterations at most"),
    Parameter(
      "tol", .double(0 ... .infinity), default: .double(1e-4),
      documentation: "iterations end when no center moves farther"),
  ]

  package let clusterCount: Int
  package let maxIterations: Int
  package let tolerance: Double
  package let measure: DistanceMeasure
  let seeding: CenterSeeding
  let parallelSteps: Int

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    clusterCount = Int(parameters.integer("k"))
    maxIterations = Int(parameters.integer("maxIter"))
    tolerance = parameters.double("tol")
    measure = DistanceMeasure(parameters)
    // The parameter's domain is the list of all cases.
    seeding = CenterSeeding(rawValue: parameters.string("initMode"))!
    parallelSteps = Int(parameters.integer("initSteps"))
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    KMeansTrainer(self, featureCount: featureCount, seed: seed)
  }
}

/// Trains k-means on one group after the other.
final class KMeansTrainer: Trainer {
  private let learner: KMeans
  private let seed: Int64
  private var solver: LloydSolver
  private var seeder: CenterSeeder

  init(_ learner: KMeans, featureCount: Int, seed: Int64) {
    self.learner = learner
    self.seed = seed
    solver = LloydSolver(featureCount: featureCount, measure: learner.measure)
    seeder = CenterSeeder(featureCount: featureCount, measure: learner.measure)
  }

  var model: any Model {
    KMeansModel(
      measure: learner.measure, featureCount: solver.featureCount,
      centers: Array(solver.centers[..<(solver.centerCount * solver.featureCount)]),
      centerCount: solver.centerCount)
  }

  /// Throws `noExamples`, `noWeight`, `notFinite`, and with cosine distances `zeroVector`.
  /// - Complexity: O(rows * features * k) for each iteration and each center of k-means++.
  func fit(_ examples: Examples) throws(TrainingError) {
    try solver.rows.pack(examples, for: learner.measure)
    var random = SeededRandom(seed: seed)
    seeder.seed(
      &solver, count: learner.clusterCount, learner.seeding, parallelSteps: learner.parallelSteps,
      &random)
    solver.iterate(maxIterations: learner.maxIterations, tolerance: learner.tolerance)
  }
}
