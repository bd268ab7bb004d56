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
    // Of two classes the margin is that of class 1 over class 0.
    let offset = width - intercepts.count
    let featureCount = featureCount
    ClassProbabilities.write(
      rowCount: examples.rowCount, classCount: width, to: predictions
    ) { row, count, lanes in
      lanes[0] = .zero
      for index in intercepts.indices {
        var margins = SIMD8(repeating: intercepts[index])
        for feature in 0..<featureCount {
          let coefficient = coefficients[index &* featureCount &+ feature]
          // A feature without a say is left out, so that its infinities do not become NaN.
          if coefficient == 0 { continue }
          margins = margins.addingProduct(
            LaneMemory.load(examples.features[feature], row, count: count),
            SIMD8(repeating: coefficient))
        }
        lanes[offset &+ index] = margins
      }
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
