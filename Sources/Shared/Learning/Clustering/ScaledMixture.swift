import Glibc

/// A mixture of Gaussians of scaled features.
struct ScaledMixture: Hashable, Sendable {
  let featureCount: Int
  let componentCount: Int
  /// The share of each component in all rows.
  var weights: [Double]
  /// A row of `featureCount` for each component.
  var means: [Double]
  /// The lower Cholesky factor of each covariance, its rows one after the other: f (f + 1) / 2 for each component.
  var factors: [Double]
  /// The inverses of the factors, laid out in the same way, and the logarithm of weight / sqrt((2 pi)^f det).
  private(set) var inverses: [Double]
  private(set) var logScales: [Double]

  init(featureCount: Int, componentCount: Int) {
    self.featureCount = featureCount
    self.componentCount = componentCount
    weights = Array(repeating: 0, count: componentCount)
    means = Array(repeating: 0, count: componentCount * featureCount)
    factors = Array(repeating: 0, count: componentCount * Self.factorSize(featureCount))
    inverses = factors
    logScales = weights
  }

  static func factorSize(_ featureCount: Int) -> Int { featureCount * (featureCount + 1) / 2 }

  /// Sets what densities are computed with, after weights, means and factors were set.
  mutating func prepare() {
    let size = Self.factorSize(featureCount)
    for component in 0..<componentCount {
      let offset = component * size
      var logDeterminant = 0.0
      for row in 0..<featureCount {
        let start = offset + row * (row + 1) / 2
        let pivot = factors[start + row]
        logDeterminant += log(pivot)
        inverses[start + row] = 1 / pivot
        for column in 0..<row {
          var sum = 0.0
          for k in column..<row {
            sum += factors[start + k] * inverses[offset + k * (k + 1) / 2 + column]
          }
          inverses[start + column] = -sum / pivot
        }
      }
      logScales[component] =
        log(weights[component]) - logDeterminant - 0.5 * Double(featureCount) * log(2 * Double.pi)
    }
  }

  /// Calls `body` with a view that computes densities.
  func withDensities<Result>(_ body: (MixtureDensities) -> Result) -> Result {
    means.withUnsafeBufferPointer { means in
      inverses.withUnsafeBufferPointer { inverses in
        logScales.withUnsafeBufferPointer { logScales in
          withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: max(1, featureCount)) {
            body(
              MixtureDensities(
                featureCount: featureCount, componentCount: componentCount, means: means,
                inverses: inverses, logScales: logScales, differences: $0.baseAddress!))
          }
        }
      }
    }
  }
}

/// Computes the densities of eight rows at once.
///
/// Unsafe: a view that `ScaledMixture.withDensities` makes and that does not outlive its call; `differences` has room
/// for `featureCount` lanes.
struct MixtureDensities {
  let featureCount: Int
  fileprivate let componentCount: Int
  fileprivate let means: UnsafeBufferPointer<Double>
  fileprivate let inverses: UnsafeBufferPointer<Double>
  fileprivate let logScales: UnsafeBufferPointer<Double>
  fileprivate let differences: UnsafeMutablePointer<SIMD8<Double>>

  /// Writes the share that each component has in each of eight rows, component c at `shares + c * stride`, and returns
  /// the logarithms of the rows' densities. A row that is nowhere near any component has the components' own shares.
  func shares(
    _ block: UnsafePointer<SIMD8<Double>>, into shares: UnsafeMutablePointer<Double>, stride: Int
  ) -> SIMD8<Double> {
    var largest = SIMD8<Double>(repeating: -.infinity)
    for component in 0..<componentCount {
      let density = logDensity(block, component)
      largest.replace(with: density, where: density .> largest)
      store(density, shares + component &* stride)
    }
    var logs = SIMD8<Double>.zero
    for lane in 0..<8 {
      let top = largest[lane]
      let isKnown = top.isFinite
      var sum = 0.0
      for component in 0..<componentCount {
        let position = component &* stride &+ lane
        let share = isKnown ? exp(shares[position] - top) : 1
        shares[position] = share
        sum += share
      }
      for component in 0..<componentCount { shares[component &* stride &+ lane] /= sum }
      logs[lane] = isKnown ? top + log(sum) : -.greatestFiniteMagnitude
    }
    return logs
  }

  @inline(__always)
  private func store(_ lanes: SIMD8<Double>, _ target: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: SIMD8<Double>.self)
  }

  @inline(__always)
  private func logDensity(
    _ block: UnsafePointer<SIMD8<Double>>, _ component: Int
  ) -> SIMD8<Double> {
    let mean = means.baseAddress! + component &* featureCount
    for feature in 0..<featureCount { differences[feature] = block[feature] - mean[feature] }
    var row = inverses.baseAddress! + component &* ScaledMixture.factorSize(featureCount)
    var squares = SIMD8<Double>.zero
    for feature in 0..<featureCount {
      var sum = SIMD8<Double>.zero
      for other in 0...feature { sum += row[other] * differences[other] }
      squares += sum * sum
      row += feature &+ 1
    }
    return logScales[component] - 0.5 * squares
  }
}
