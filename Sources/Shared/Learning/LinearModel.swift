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
    let featureCount = coefficients.count
    coefficients.withUnsafeBufferPointer { coefficients in
      var row = 0
      while row < examples.rowCount {
        let count = min(LaneMemory.count, examples.rowCount &- row)
        var sums = SIMD8(repeating: intercept)
        for feature in 0..<featureCount {
          let coefficient = coefficients[feature]
          // A feature without a say is left out, so that its infinities do not become NaN.
          if coefficient == 0 { continue }
          sums = sums.addingProduct(
            LaneMemory.load(examples.features[feature], row, count: count),
            SIMD8(repeating: coefficient))
        }
        LaneMemory.store(sums, predictions, row, count: count)
        row &+= LaneMemory.count
      }
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
