/// A function of one feature that is linear between points and constant beyond the first and the last of them.
package struct IsotonicModel: Hashable, Sendable {
  package let featureCount: Int
  package let featureIndex: Int
  /// In ascending order.
  package let boundaries: [Double]
  /// The value at each boundary.
  package let predictions: [Double]

  /// The value at `feature`; 0 where there are no points.
  package func value(at feature: Double) -> Double {
    var low = 0
    var high = boundaries.count
    // The first boundary that is not below.
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle] < feature { low = middle + 1 } else { high = middle }
    }
    guard low < boundaries.count else { return predictions.last ?? 0 }
    guard low > 0, boundaries[low] != feature else { return predictions[low] }
    let (left, right) = (boundaries[low - 1], boundaries[low])
    let (below, above) = (predictions[low - 1], predictions[low])
    // The halves' difference where that of the boundaries leaves the range of doubles.
    let width = right - left
    let share =
      width.isFinite
      ? (feature - left) / width : (0.5 * feature - 0.5 * left) / (0.5 * right - 0.5 * left)
    return below * (1 - share) + above * share
  }
}

extension IsotonicModel: Model {
  package static let form = ModelForm.isotonic

  package var output: ModelOutput { .value }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    // A group of no features has no points either.
    guard featureIndex < examples.features.count else {
      for row in 0..<examples.rowCount { predictions[row] = value(at: 0) }
      return
    }
    let column = examples.features[featureIndex]
    for row in 0..<examples.rowCount { predictions[row] = value(at: column[row]) }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(count: featureCount)
    writer.append(count: featureIndex)
    writer.append(boundaries)
    writer.append(predictions)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    featureCount = try reader.count()
    featureIndex = try reader.count()
    boundaries = try reader.doubles()
    predictions = try reader.doubles()
    guard featureIndex < featureCount else { throw .outOfRange(Int64(featureIndex)) }
    guard !boundaries.isEmpty, boundaries.count == predictions.count else {
      throw .outOfRange(Int64(predictions.count))
    }
  }
}
