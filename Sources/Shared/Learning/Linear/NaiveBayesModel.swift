import Glibc

/// Probabilities of classes from the logarithms of their priors and of the likelihoods of each feature.
package struct NaiveBayesModel: Hashable, Sendable {
  package let modelType: NaiveBayes.ModelType
  /// For each class the logarithm of its probability, for bernoulli features that of its probability and of zeros only.
  let priors: [Double]
  /// A row of features for each class: what a unit of the feature adds to the logarithm; of gaussian features the means.
  let first: [Double]
  /// Of gaussian features the variances.
  let second: [Double]
  package let featureCount: Int

  init(
    modelType: NaiveBayes.ModelType, priors: [Double], first: [Double], second: [Double]
  ) {
    self.modelType = modelType
    self.priors = priors
    self.first = first
    self.second = second
    featureCount = first.count / priors.count
  }
}

extension NaiveBayesModel: Model {
  package static let form = ModelForm.naiveBayes

  package var output: ModelOutput { .probabilities(priors.count) }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    switch modelType {
    case .gaussian:
      predictNormal(examples, into: predictions)
    case .bernoulli:
      let (zero, one) = (SIMD8<Double>.zero, SIMD8<Double>(repeating: 1))
      predictLinear(examples, into: predictions) { zero.replacing(with: one, where: $0 .!= zero) }
    case .multinomial, .complement:
      predictLinear(examples, into: predictions) { $0 }
    }
  }

  /// What a feature adds to the logarithm is `first` times `unit` of its values.
  @inline(__always)
  private func predictLinear(
    _ examples: Examples, into predictions: UnsafeMutablePointer<Double>,
    unit: (SIMD8<Double>) -> SIMD8<Double>
  ) {
    let (classCount, featureCount) = (priors.count, featureCount)
    let zero = SIMD8<Double>.zero
    ClassProbabilities.write(
      rowCount: examples.rowCount, classCount: classCount, to: predictions
    ) { row, count, lanes in
      for index in 0..<classCount { lanes[index] = SIMD8(repeating: priors[index]) }
      for feature in 0..<featureCount {
        let values = unit(LaneMemory.load(examples.features[feature], row, count: count))
        for index in 0..<classCount {
          let product = values * first[index &* featureCount &+ feature]
          // A feature of 0 adds nothing, whatever the class would make of it.
          lanes[index].replace(with: lanes[index] + product, where: values .!= zero)
        }
      }
    }
  }

  private func predictNormal(
    _ examples: Examples, into predictions: UnsafeMutablePointer<Double>
  ) {
    let (classCount, featureCount) = (priors.count, featureCount)
    // Of each class what does not depend on the example, and half of the inverse of each variance.
    var constants = priors
    var halves = second
    for position in second.indices {
      constants[position / featureCount] -= 0.5 * log(second[position])
      halves[position] = -0.5 / second[position]
    }
    ClassProbabilities.write(
      rowCount: examples.rowCount, classCount: classCount, to: predictions
    ) { row, count, lanes in
      for index in 0..<classCount { lanes[index] = SIMD8(repeating: constants[index]) }
      for feature in 0..<featureCount {
        let values = LaneMemory.load(examples.features[feature], row, count: count)
        for index in 0..<classCount {
          let position = index &* featureCount &+ feature
          let distance = values - first[position]
          lanes[index] = lanes[index].addingProduct(
            distance * distance, SIMD8(repeating: halves[position]))
        }
      }
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(code)
    writer.append(priors)
    writer.append(first)
    writer.append(second)
  }

  private var code: UInt8 {
    switch modelType {
    case .multinomial: 0
    case .complement: 1
    case .bernoulli: 2
    case .gaussian: 3
    }
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    let code = try reader.byte()
    switch code {
    case 0: modelType = .multinomial
    case 1: modelType = .complement
    case 2: modelType = .bernoulli
    case 3: modelType = .gaussian
    default: throw .outOfRange(Int64(code))
    }
    priors = try reader.doubles()
    first = try reader.doubles()
    second = try reader.doubles()
    guard !priors.isEmpty, first.count % priors.count == 0 else {
      throw .outOfRange(Int64(first.count))
    }
    guard second.count == (modelType == .gaussian ? first.count : 0) else {
      throw .outOfRange(Int64(second.count))
    }
    featureCount = first.count / priors.count
  }
}
