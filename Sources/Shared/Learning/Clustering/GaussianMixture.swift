/// A mixture of Gaussians with full covariances: Spark's `GaussianMixture`, by expectation maximisation (Dempster,
/// Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977).
///
/// Features are scaled to mean 0 and deviation 1 before, and each variance then gets 1e-6 more: what scikit-learn's `reg_covar` of
/// 1e-6 does to scaled features. So a feature that is constant, or a combination of others, or a component of one row has a
/// density all the same. The first components are the clusters of k-means, as in scikit-learn; Spark begins
/// with five random rows for each.
package struct GaussianMixture: Learner {
  package static let name = "GaussianMixture"
  package static let documentation = "a mixture of Gaussians with full covariances"
  package static let kind = LearnerKind.clustering
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.indicators
  package static let parameters = [
    Parameter(
      "k", .integer(2...10_000), default: .integer(2), documentation: "the number of Gaussians"),
    Parameter(
      "maxIter", .integer(1...1_000_000), default: .integer(100),
      documentation: "iterations at most"),
    Parameter(
      "tol", .double(0 ... .infinity), default: .double(0.01),
      documentation: "iterations end when the log-likelihood of all rows gains no more"),
  ]

  package let componentCount: Int
  package let maxIterations: Int
  package let tolerance: Double

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    componentCount = Int(parameters.integer("k"))
    maxIterations = Int(parameters.integer("maxIter"))
    tolerance = parameters.double("tol")
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    GaussianMixtureTrainer(self, featureCount: featureCount, seed: seed)
  }
}

/// Trains mixtures on one group after the other.
final class GaussianMixtureTrainer: Trainer {
  private let learner: GaussianMixture
  private let seed: Int64
  private var solver: LloydSolver
  private var seeder: CenterSeeder
  private var mixture: ScaledMixture
  private var maximization: MixtureMaximization
  /// The share of each component in each row: the rows of a component side by side, for whole blocks.
  private var responsibilities: [Double] = []
  private var means: [Double] = []
  private var deviations: [Double] = []

  init(_ learner: GaussianMixture, featureCount: Int, seed: Int64) {
    self.learner = learner
    self.seed = seed
    solver = LloydSolver(featureCount: featureCount, measure: .euclidean)
    seeder = CenterSeeder(featureCount: featureCount, measure: .euclidean)
    mixture = ScaledMixture(featureCount: featureCount, componentCount: 0)
    maximization = MixtureMaximization(featureCount: featureCount)
  }

  var model: any Model {
    GaussianMixtureModel(means: means, deviations: deviations, mixture: mixture)
  }

  /// Throws `noExamples`, `noWeight`, `notFinite`.
  /// - Complexity: O(rows * features squared * k) for each iteration.
  func fit(_ examples: Examples) throws(TrainingError) {
    try solver.rows.pack(examples, for: .euclidean)
    solver.rows.standardize(means: &means, deviations: &deviations)
    var random = SeededRandom(seed: seed)
    seeder.seed(
      &solver, count: learner.componentCount, .plusPlus, parallelSteps: 0, &random)
    solver.iterate(maxIterations: 100, tolerance: 1e-4)
    beginWithClusters()
    mixture = ScaledMixture(
      featureCount: solver.featureCount, componentCount: solver.centerCount)
    var likelihood = -Double.infinity
    for _ in 0..<learner.maxIterations {
      maximization.run(solver.rows, responsibilities, into: &mixture)
      let next = expect()
      let gain = next - likelihood
      likelihood = next
      if !(gain.magnitude > learner.tolerance) { break }
    }
  }

  private func beginWithClusters() {
    let padded = solver.rows.blockCount * 8
    responsibilities.removeAll(keepingCapacity: true)
    responsibilities.append(contentsOf: repeatElement(0, count: padded * solver.centerCount))
    for row in 0..<solver.rows.rowCount {
      responsibilities[Int(solver.labels[row]) * padded + row] = 1
    }
  }

  /// Sets the responsibilities by the mixture; the log-likelihood of the rows.
  private func expect() -> Double {
    let rows = (solver.rows.lanes, solver.rows.weights, solver.rows.blockCount)
    let padded = rows.2 * 8
    var likelihood = 0.0
    responsibilities.withUnsafeMutableBufferPointer { responsibilities in
      mixture.withDensities { densities in
        for block in 0..<rows.2 {
          let target = responsibilities.baseAddress! + 8 &* block
          let logs = densities.shares(
            rows.0 + block &* densities.featureCount, into: target, stride: padded)
          let weights = UnsafeRawPointer(rows.1 + 8 &* block)
            .loadUnaligned(as: SIMD8<Double>.self)
          likelihood += (weights * logs).sum()
        }
      }
    }
    return likelihood
  }
}
