import Glibc

/// A mixture of Gaussians, of which each has a probability for an example.
package struct GaussianMixtureModel: Hashable, Sendable {
  /// What features are scaled by before their density is computed: (value - mean) / deviation.
  private let featureMeans: [Double]
  private let deviations: [Double]
  private let mixture: ScaledMixture

  init(means: [Double], deviations: [Double], mixture: ScaledMixture) {
    featureMeans = means
    self.deviations = deviations
    self.mixture = mixture
  }

  package var componentCount: Int { mixture.componentCount }
  /// The share of each component; they sum to 1.
  package var weights: [Double] { mixture.weights }

  /// The mean of a component.
  package func mean(_ component: Int) -> [Double] {
    (0..<featureCount).map { feature in
      featureMeans[feature]
        + deviations[feature] * mixture.means[component * featureCount + feature]
    }
  }

  /// The deviations of the features in a component.
  package func deviations(_ component: Int) -> [Double] {
    let offset = component * ScaledMixture.factorSize(featureCount)
    return (0..<featureCount).map { row in
      let start = offset + row * (row + 1) / 2
      let squares = mixture.factors[start...start + row].reduce(0) { $0 + $1 * $1 }
      return squares.squareRoot() * deviations[row].magnitude
    }
  }

  /// The covariance of a component, row after row.
  package func covariance(_ component: Int) -> [Double] {
    let offset = component * ScaledMixture.factorSize(featureCount)
    var values: [Double] = []
    for row in 0..<featureCount {
      for column in 0..<featureCount {
        var sum = 0.0
        for k in 0...min(row, column) {
          sum +=
            mixture.factors[offset + row * (row + 1) / 2 + k]
            * mixture.factors[offset + column * (column + 1) / 2 + k]
        }
        values.append(sum * (deviations[row] * deviations[column]))
      }
    }
    return values
  }

  /// The logarithm of the density of all examples, with their weights.
  package func logLikelihood(_ examples: Examples) -> Double {
    // A density of a scaled feature is one of the feature times its deviation.
    let logDeviations = deviations.reduce(0) { $0 + log($1) }
    var sum = 0.0
    forEachBlock(examples) { first, count, _, logs in
      for lane in 0..<count {
        sum += examples.weight(first + lane) * (logs[lane] - logDeviations)
      }
    }
    return sum
  }

  /// Calls `body` with the first row of each eight, how many there are, the shares of the components in them (those of
  /// a component side by side) and the logarithms of their scaled densities.
  private func forEachBlock(
    _ examples: Examples, _ body: (Int, Int, UnsafePointer<Double>, SIMD8<Double>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: max(1, featureCount)) { block in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * max(1, componentCount)) {
        shares in
        mixture.withDensities { densities in
          var first = 0
          while first < examples.rowCount {
            let count = min(8, examples.rowCount - first)
            for feature in 0..<featureCount {
              var lanes = SIMD8<Double>.zero
              for lane in 0..<count { lanes[lane] = examples.features[feature][first + lane] }
              block[feature] = (lanes - featureMeans[feature]) / deviations[feature]
            }
            let logs = densities.shares(
              block.baseAddress!, into: shares.baseAddress!, stride: 8)
            body(first, count, shares.baseAddress!, logs)
            first += 8
          }
        }
      }
    }
  }
}

extension GaussianMixtureModel: Model {
  package static let form = ModelForm.gaussianMixture

  package var output: ModelOutput { .probabilities(componentCount) }

  package var featureCount: Int { mixture.featureCount }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    let componentCount = componentCount
    forEachBlock(examples) { first, count, shares, _ in
      for lane in 0..<count {
        for component in 0..<componentCount {
          predictions[(first + lane) * componentCount + component] = shares[8 * component + lane]
        }
      }
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(featureMeans)
    for value in deviations { writer.append(value) }
    writer.append(count: componentCount)
    for values in [mixture.weights, mixture.means, mixture.factors] {
      for value in values { writer.append(value) }
    }
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    featureMeans = try reader.doubles()
    let featureCount = featureMeans.count
    guard featureCount > 0 else { throw .outOfRange(0) }
    deviations = try Self.doubles(featureCount, from: &reader)
    // Their sizes cannot overflow: the bytes hold as many features.
    let size = 1 + featureCount + ScaledMixture.factorSize(featureCount)
    let componentCount = try reader.count(ofAtLeast: 8 * size)
    guard componentCount > 0 else { throw .outOfRange(0) }
    var mixture = ScaledMixture(featureCount: featureCount, componentCount: componentCount)
    mixture.weights = try Self.doubles(componentCount, from: &reader)
    mixture.means = try Self.doubles(mixture.means.count, from: &reader)
    mixture.factors = try Self.doubles(mixture.factors.count, from: &reader)
    mixture.prepare()
    self.mixture = mixture
  }

  private static func doubles(
    _ count: Int, from reader: inout ModelReader
  ) throws(ModelFormatError) -> [Double] {
    var values: [Double] = []
    for _ in 0..<count { values.append(try reader.double()) }
    return values
  }
}
