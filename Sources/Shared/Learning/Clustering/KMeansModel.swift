/// Centers; an example belongs to the nearest one, of equally near ones to the first.
package struct KMeansModel: Hashable, Sendable {
  package let measure: DistanceMeasure
  package let featureCount: Int
  /// A row of `featureCount` values for each center; with cosine distances of length 1.
  package let centers: [Double]
  package let centerCount: Int

  /// The squared Euclidean or the cosine distance of each example from its center, weighted and summed: Spark's
  /// `trainingCost`, scikit-learn's `inertia_`.
  package func cost(_ examples: Examples) -> Double {
    var sum = 0.0
    forEachBlock(examples) { first, count, _, distance in
      for lane in 0..<count { sum += examples.weight(first + lane) * distance[lane] }
    }
    return sum * measure.costFactor
  }

  /// Calls `body` with the first row of each eight, how many there are, and their nearest centers and distances.
  @inline(__always)
  private func forEachBlock(
    _ examples: Examples, _ body: (Int, Int, SIMD8<Int64>, SIMD8<Double>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: max(1, featureCount)) { block in
      let block = block.baseAddress!
      var first = 0
      while first < examples.rowCount {
        let count = min(8, examples.rowCount - first)
        for feature in 0..<featureCount {
          let column = examples.features[feature] + first
          if count == 8 {
            block[feature] = UnsafeRawPointer(column).loadUnaligned(as: SIMD8<Double>.self)
          } else {
            block[feature] = .zero
            for lane in 0..<count { block[feature][lane] = column[lane] }
          }
        }
        if measure == .cosine { normalize(block) }
        let (index, distance) = centers.withUnsafeBufferPointer {
          CenterDistances.nearest(
            block, $0.baseAddress!, centerCount: centerCount, featureCount: featureCount)
        }
        body(first, count, index, distance)
        first += 8
      }
    }
  }

  /// An example without a direction stays as it is: it is equally far from all centers and belongs to the first.
  private func normalize(_ block: UnsafeMutablePointer<SIMD8<Double>>) {
    let values = UnsafeMutableRawPointer(block).assumingMemoryBound(to: Double.self)
    for lane in 0..<8 { _ = scaleToUnitLength(values + lane, count: featureCount, stride: 8) }
  }
}

extension KMeansModel: Model {
  package static let form = ModelForm.kMeans

  package var output: ModelOutput { .cluster(of: centerCount) }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    forEachBlock(examples) { first, count, index, _ in
      for lane in 0..<count { predictions[first + lane] = Double(index[lane]) }
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(measure == .cosine)
    writer.append(count: featureCount)
    writer.append(count: centerCount)
    for value in centers { writer.append(value) }
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    measure = try reader.boolean() ? .cosine : .euclidean
    featureCount = try reader.count()
    // A count has 49 bits.
    centerCount = try reader.count(ofAtLeast: 8 * featureCount)
    guard centerCount > 0, featureCount > 0 else { throw .outOfRange(0) }
    var centers: [Double] = []
    centers.reserveCapacity(centerCount * featureCount)
    for _ in 0..<centerCount * featureCount { centers.append(try reader.double()) }
    self.centers = centers
  }
}
