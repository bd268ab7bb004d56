/// A linear function: intercept + sum of coefficient times feature.
package struct LinearModel: Hashable, Sendable {
  package var intercept: Double
  package var coefficients: [Double]
  /// The weighted means of the features in training, where contributions are zero; empty when they are not known.
  package var featureMeans: [Double]

  package init(intercept: Double, coefficients: [Double], featureMeans: [Double] = []) {
    self.intercept = intercept
    self.coefficients = coefficients
    self.featureMeans = featureMeans
  }
}

extension LinearModel: Model {
  package static let form = ModelForm.linear

  package var output: ModelOutput { .value }

  package var featureCount: Int { coefficients.count }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    for row in 0..<examples.rowCount { predictions[row] = intercept }
    for (feature, coefficient) in coefficients.enumerated() {
      let column = examples.features[feature]
      // A feature without a say is left out, so that its infinities do not become NaN.
      if coefficient == 0 { continue }
      for row in 0..<examples.rowCount { predictions[row] += coefficient * column[row] }
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(intercept)
    writer.append(coefficients)
    writer.append(featureMeans)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    intercept = try reader.double()
    coefficients = try reader.doubles()
    featureMeans = try reader.doubles()
    guard featureMeans.isEmpty || featureMeans.count == coefficients.count else {
      throw .outOfRange(Int64(featureMeans.count))
    }
  }
}
