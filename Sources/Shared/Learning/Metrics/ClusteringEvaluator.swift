/// Measures the clusters of one group of examples after the other, in memory that it keeps.
///
/// The silhouette (Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis",
/// 1987) with squared distances, as Spark's `ClusteringEvaluator`: the mean squared distance of an example to
/// the examples of a cluster is its squared distance to their mean plus their mean squared distance from it, so
/// that all takes O(rows * clusters) and not O(rows squared). Measuring from the cluster's mean, where Spark
/// measures from zero, keeps the digits of features far from zero.
package struct ClusteringEvaluator {
  /// Memory that copies of a value may share: they belong to one thread.
  private final class Memory {
    var sums = ClassSums()
    /// The cluster of each example, -1 for none, up to whole lanes.
    var assigned = WorkingMemory<Double>()
  }

  private let memory = Memory()
  /// The weighted mean squared distance of the examples of each cluster from their mean.
  private var spreads: [Double] = []
  /// A row of as many as there are features for each cluster.
  private var means: [Double] = []
  /// Of one feature the sums and the squares of each cluster.
  private var featureSums: [Double] = []
  private var featureSquares: [Double] = []

  package init() {}

  /// - Parameter predictions: `output.width` doubles for each example: the index of its cluster, or probabilities
  ///   of which the largest decides. An example in no cluster of `output` is left out.
  /// - Returns: nil of no examples.
  /// - Complexity: O(rows * features * clusters).
  package mutating func errors(
    of predictions: UnsafePointer<Double>, output: ModelOutput, examples: Examples
  ) -> ClusteringErrors? {
    let clusterCount = assign(predictions, output, examples)
    let weights = memory.sums.weights
    guard weights.contains(where: { $0 > 0 }) else { return nil }
    measureClusters(examples, clusterCount: clusterCount, weights)
    let inertia = spreads.reduce(0, +)
    for cluster in 0..<clusterCount where weights[cluster] > 0 {
      spreads[cluster] /= weights[cluster]
    }
    let present = weights.count { $0 > 0 }
    return ClusteringErrors(
      silhouette: present < 2 ? nil : silhouette(examples, weights), inertia: inertia)
  }

  /// Sets the cluster of each example; the number of clusters.
  private func assign(
    _ predictions: UnsafePointer<Double>, _ output: ModelOutput, _ examples: Examples
  ) -> Int {
    let clusterCount: Int
    if case .cluster(let count) = output {
      clusterCount = count
    } else {
      clusterCount = output.width
    }
    let rowCount = examples.rowCount
    let padded = ColumnKernels.padded(rowCount)
    let assigned = memory.assigned.reserve(padded)
    for row in 0..<rowCount {
      guard examples.weight(row) > 0 else {
        assigned[row] = -1
        continue
      }
      if case .cluster = output {
        assigned[row] = classIndex(predictions[row], below: clusterCount).map { Double($0) } ?? -1
      } else {
        assigned[row] = Double(
          indexOfLargest(predictions + row &* clusterCount, count: clusterCount))
      }
    }
    for row in rowCount..<padded { assigned[row] = -1 }
    // Examples without a cluster are counted to one, with the weight 0.
    memory.sums.begin(rowCount: rowCount, classCount: max(1, clusterCount))
    memory.sums.assign { row in
      assigned[row] < 0 ? nil : (index: Int(assigned[row]), weight: examples.weight(row))
    }
    return clusterCount
  }

  /// Sets the means of the clusters, and `spreads` to the weighted sums of squared distances from them.
  private mutating func measureClusters(
    _ examples: Examples, clusterCount: Int, _ weights: [Double]
  ) {
    let featureCount = examples.features.count
    spreads = Array(repeating: 0, count: clusterCount)
    means = Array(repeating: 0, count: clusterCount * featureCount)
    if featureSums.count != clusterCount {
      featureSums = spreads
      featureSquares = spreads
    }
    for feature in 0..<featureCount {
      let column = examples.features[feature]
      featureSums.withUnsafeMutableBufferPointer { sums in
        featureSquares.withUnsafeMutableBufferPointer { squares in
          guard let sums = sums.baseAddress, let squares = squares.baseAddress else { return }
          memory.sums.add(column, into: sums)
          for cluster in 0..<clusterCount where weights[cluster] > 0 {
            sums[cluster] /= weights[cluster]
          }
          memory.sums.addSquares(column, from: sums, into: squares)
        }
      }
      for cluster in 0..<clusterCount where weights[cluster] > 0 {
        means[cluster * featureCount + feature] = featureSums[cluster]
        spreads[cluster] += featureSquares[cluster]
      }
    }
  }

  private func silhouette(_ examples: Examples, _ weights: [Double]) -> Double? {
    let featureCount = examples.features.count
    let assigned = memory.assigned.base
    var sum = SIMD8<Double>.zero
    var weightSum = SIMD8<Double>.zero
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: max(1, featureCount)) { block in
      means.withUnsafeBufferPointer { means in
        // Unsafe: a value for each feature and lane; an evaluated cluster has a mean of each feature.
        guard let block = block.baseAddress, let means = means.baseAddress else { return }
        var row = 0
        while row < examples.rowCount {
          let count = min(LaneMemory.count, examples.rowCount &- row)
          for feature in 0..<featureCount {
            block[feature] = LaneMemory.load(examples.features[feature], row, count: count)
          }
          let own = LaneMemory.load(assigned, row)
          let rowWeights =
            examples.weights.map { LaneMemory.load($0, row, count: count) }
            ?? SIMD8(repeating: 1)
          // Of the own cluster and of the nearest other one.
          var inside = SIMD8<Double>.zero
          var others = SIMD8<Double>.zero
          var nearest = SIMD8<Double>(repeating: .infinity)
          for cluster in weights.indices where weights[cluster] > 0 {
            let distance =
              CenterDistances.squared(
                block, means + cluster &* featureCount, featureCount: featureCount)
              + spreads[cluster]
            let number = SIMD8(repeating: Double(cluster))
            let isOwn = own .== number
            // Without the example itself, whose distance to itself is none.
            let rest = weights[cluster] - rowWeights
            others.replace(with: rest, where: isOwn)
            inside.replace(with: distance * (weights[cluster] / rest), where: isOwn)
            nearest.replace(with: distance, where: .!isOwn .& (distance .< nearest))
          }
          let none = SIMD8<Double>.zero
          let isAssigned = own .>= none
          var values = SIMD8<Double>.zero
          values.replace(with: 1 - inside / nearest, where: inside .< nearest)
          values.replace(with: nearest / inside - 1, where: inside .> nearest)
          // Alone in its cluster: 0.
          let counts = isAssigned .& (others .> none)
          sum += SIMD8<Double>.zero.replacing(with: rowWeights * values, where: counts)
          weightSum += SIMD8<Double>.zero.replacing(with: rowWeights, where: isAssigned)
          row &+= LaneMemory.count
        }
      }
    }
    return sum.sum() / weightSum.sum()
  }
}
