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
    let width = priors.count
    for row in 0..<examples.rowCount {
      for index in 0..<width { predictions[row * width + index] = priors[index] }
    }
    for index in 0..<width {
      for feature in 0..<featureCount {
        let position = index * featureCount + feature
        let column = examples.features[feature]
        let target = predictions + index
        let value = first[position]
        switch modelType {
        case .multinomial, .complement:
          for row in 0..<examples.rowCount where column[row] != 0 {
            target[row * width] += value * column[row]
          }
        case .bernoulli:
          for row in 0..<examples.rowCount where column[row] != 0 { target[row * width] += value }
        case .gaussian:
          let variance = second[position]
          let logarithm = 0.5 * log(variance)
          for row in 0..<examples.rowCount {
            let distance = column[row] - value
            target[row * width] -= 0.5 * distance * distance / variance + logarithm
          }
        }
      }
    }
    for row in 0..<examples.rowCount {
      ClassProbabilities.normalise(predictions + row * width, count: width)
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
