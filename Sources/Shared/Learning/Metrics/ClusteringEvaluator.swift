/// Measures the clusters of one group of examples after the other, in memory that it keeps.
///
/// The silhouette (Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis",
/// 1987) with squared distances, as Spark's `ClusteringEvaluator`: the mean squared distance of an example to
/// the examples of a cluster is its squared distance to their mean plus their mean squared distance from it, so
/// that all takes O(rows * clusters) and not O(rows squared). Measuring from the cluster's mean, where Spark
/// measures from zero, keeps the digits of features far from zero.
package struct ClusteringEvaluator {
  /// Weight of each cluster, and the weighted mean squared distance of its examples from their mean.
  private var weights: [Double] = []
  private var spreads: [Double] = []
  /// A row of as many as there are features for each cluster.
  private var means: [Double] = []
  private var assigned: [Int32] = []
  private var distances: [Double] = []

  package init() {}

  /// - Parameter predictions: `output.width` doubles for each example: the index of its cluster, or probabilities
  ///   of which the largest decides. An example in no cluster of `output` is left out.
  /// - Returns: nil of no examples.
  /// - Complexity: O(rows * features * clusters).
  package mutating func errors(
    of predictions: UnsafePointer<Double>, output: ModelOutput, examples: Examples
  ) -> ClusteringErrors? {
    let clusterCount = assign(predictions, output, examples)
    let featureCount = examples.features.count
    weights = Array(repeating: 0, count: clusterCount)
    spreads = weights
    distances = weights
    means = Array(repeating: 0, count: clusterCount * featureCount)
    for row in 0..<examples.rowCount {
      let cluster = Int(assigned[row])
      if cluster < 0 { continue }
      let weight = examples.weight(row)
      weights[cluster] += weight
      let share = weight / weights[cluster]
      for feature in 0..<featureCount {
        let position = cluster * featureCount + feature
        means[position] += (examples.features[feature][row] - means[position]) * share
      }
    }
    guard weights.contains(where: { $0 > 0 }) else { return nil }
    for row in 0..<examples.rowCount where assigned[row] >= 0 {
      let cluster = Int(assigned[row])
      spreads[cluster] += examples.weight(row) * squaredDistance(examples, row, cluster)
    }
    let inertia = spreads.reduce(0, +)
    for cluster in 0..<clusterCount where weights[cluster] > 0 {
      spreads[cluster] /= weights[cluster]
    }
    let present = weights.count { $0 > 0 }
    return ClusteringErrors(silhouette: present < 2 ? nil : silhouette(examples), inertia: inertia)
  }

  /// Sets the cluster of each example, -1 for none; the number of clusters.
  private mutating func assign(
    _ predictions: UnsafePointer<Double>, _ output: ModelOutput, _ examples: Examples
  ) -> Int {
    let clusterCount: Int
    if case .cluster(let count) = output {
      clusterCount = count
    } else {
      clusterCount = output.width
    }
    assigned.removeAll(keepingCapacity: true)
    assigned.reserveCapacity(examples.rowCount)
    for row in 0..<examples.rowCount {
      guard examples.weight(row) > 0 else {
        assigned.append(-1)
        continue
      }
      if case .cluster = output {
        assigned.append(Int32(classIndex(predictions[row], below: clusterCount) ?? -1))
      } else {
        assigned.append(
          Int32(indexOfLargest(predictions + row * clusterCount, count: clusterCount)))
      }
    }
    return clusterCount
  }

  private func squaredDistance(_ examples: Examples, _ row: Int, _ cluster: Int) -> Double {
    let featureCount = examples.features.count
    var sum = 0.0
    for feature in 0..<featureCount {
      let difference = examples.features[feature][row] - means[cluster * featureCount + feature]
      sum += difference * difference
    }
    return sum
  }

  private mutating func silhouette(_ examples: Examples) -> Double? {
    var sum = 0.0
    var weightSum = 0.0
    for row in 0..<examples.rowCount where assigned[row] >= 0 {
      let own = Int(assigned[row])
      let weight = examples.weight(row)
      weightSum += weight
      // Alone in its cluster: 0.
      let others = weights[own] - weight
      if others <= 0 { continue }
      var nearest = Double.infinity
      for cluster in weights.indices where weights[cluster] > 0 {
        distances[cluster] = squaredDistance(examples, row, cluster) + spreads[cluster]
        if cluster != own { nearest = min(nearest, distances[cluster]) }
      }
      // Without the example itself, whose distance to itself is none.
      let inside = distances[own] * (weights[own] / others)
      if inside < nearest {
        sum += weight * (1 - inside / nearest)
      } else if inside > nearest {
        sum += weight * (nearest / inside - 1)
      }
    }
    return sum / weightSum
  }
}
