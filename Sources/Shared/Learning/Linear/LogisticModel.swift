import Glibc

/// Probabilities of classes by a logistic function of one linear function, or a softmax of several.
package struct LogisticModel: Hashable, Sendable {
  package let featureCount: Int
  /// Of class 1 (binomial), or of each class (multinomial); none where there was one class only.
  package let intercepts: [Double]
  /// A row of `featureCount` for each of `intercepts`.
  package let coefficients: [Double]
  /// The weighted means of the features in training, where contributions are zero; empty when they are not known.
  package let featureMeans: [Double]

  /// Of one class, which is certain.
  init(featureCount: Int) {
    self.featureCount = featureCount
    intercepts = []
    coefficients = []
    featureMeans = []
  }

  /// Of class 1, or of each of several classes.
  init(featureMeans: [Double], rows: [LinearModel]) {
    featureCount = featureMeans.count
    intercepts = rows.map(\.intercept)
    coefficients = rows.flatMap(\.coefficients)
    self.featureMeans = featureMeans
  }

  package var classCount: Int { intercepts.count == 1 ? 2 : max(1, intercepts.count) }
}

extension LogisticModel: Model {
  package static let form = ModelForm.logistic

  package var output: ModelOutput { .probabilities(classCount) }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    let width = classCount
    if intercepts.isEmpty {
      for row in 0..<examples.rowCount { predictions[row] = 1 }
      return
    }
    // Binomial margins go where the probability of class 1 will be.
    let offset = width - intercepts.count
    for index in intercepts.indices {
      let target = predictions + (offset + index)
      for row in 0..<examples.rowCount { target[row * width] = intercepts[index] }
      for feature in 0..<featureCount {
        let coefficient = coefficients[index * featureCount + feature]
        // A feature without a say is left out, so that its infinities do not become NaN.
        if coefficient == 0 { continue }
        let column = examples.features[feature]
        for row in 0..<examples.rowCount { target[row * width] += coefficient * column[row] }
      }
    }
    for row in 0..<examples.rowCount {
      let margins = predictions + row * width
      if intercepts.count == 1 { margins[0] = 0 }
      ClassProbabilities.normalise(margins, count: width)
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(count: featureCount)
    writer.append(intercepts)
    writer.append(coefficients)
    writer.append(featureMeans)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    featureCount = try reader.count()
    intercepts = try reader.doubles()
    coefficients = try reader.doubles()
    featureMeans = try reader.doubles()
    let (size, overflow) = featureCount.multipliedReportingOverflow(by: intercepts.count)
    guard !overflow, coefficients.count == size else {
      throw .outOfRange(Int64(coefficients.count))
    }
    guard featureMeans.isEmpty || featureMeans.count == featureCount else {
      throw .outOfRange(Int64(featureMeans.count))
    }
  }
}
