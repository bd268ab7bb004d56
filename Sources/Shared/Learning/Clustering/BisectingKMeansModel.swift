/// A binary tree of centers: an example goes from the root to the nearer of two children, of equally near ones the
/// first, until it comes to a leaf, which is its cluster.
package struct BisectingKMeansModel: Hashable, Sendable {
  package let measure: DistanceMeasure
  package let featureCount: Int
  /// For each node the first of its two children, which follow each other and come after it; 0 for a leaf.
  package let children: [Int32]
  /// A row of `featureCount` values for each node but the root, in the order of the nodes.
  package let centers: [Double]
  /// The cluster of each leaf, in the order of the nodes; of other nodes 0.
  private let clusters: [Int32]
  package let clusterCount: Int

  init(measure: DistanceMeasure, featureCount: Int, children: [Int32], centers: [Double]) {
    self.measure = measure
    self.featureCount = featureCount
    self.children = children
    self.centers = centers
    var count: Int32 = 0
    clusters = children.map { child in
      if child != 0 { return 0 }
      defer { count += 1 }
      return count
    }
    clusterCount = Int(count)
  }

  /// The center of the cluster of each leaf, in the order of clusters; none where there is one cluster.
  package var clusterCenters: [[Double]] {
    children.indices.dropFirst().filter { children[$0] == 0 }.map { node in
      Array(centers[(node - 1) * featureCount..<node * featureCount])
    }
  }

  private func leaf(_ values: UnsafePointer<Double>) -> Int {
    var node = 0
    while children[node] != 0 {
      let first = Int(children[node])
      // The second only if it is nearer, so that NaN goes to the first.
      let isSecond = squaredDistance(values, first + 1) < squaredDistance(values, first)
      node = isSecond ? first + 1 : first
    }
    return node
  }

  private func squaredDistance(_ values: UnsafePointer<Double>, _ node: Int) -> Double {
    let offset = (node - 1) * featureCount
    var sum = 0.0
    for feature in 0..<featureCount {
      let difference = values[feature] - centers[offset + feature]
      sum += difference * difference
    }
    return sum
  }
}

extension BisectingKMeansModel: Model {
  package static let form = ModelForm.bisectingKMeans

  package var output: ModelOutput { .cluster(of: clusterCount) }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, featureCount)) { values in
      let values = values.baseAddress!
      for row in 0..<examples.rowCount {
        for feature in 0..<featureCount { values[feature] = examples.features[feature][row] }
        if measure == .cosine { _ = scaleToUnitLength(values, count: featureCount, stride: 1) }
        predictions[row] = Double(clusters[leaf(values)])
      }
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(measure == .cosine)
    writer.append(count: featureCount)
    writer.append(children)
    for value in centers { writer.append(value) }
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    let measure: DistanceMeasure = try reader.boolean() ? .cosine : .euclidean
    let featureCount = try reader.count()
    let children = try reader.int32s()
    guard let root = children.first else { throw .outOfRange(0) }
    // A root that is a leaf is the only cluster, so that all other leaves have centers.
    guard root != 0 || children.count == 1 else { throw .outOfRange(Int64(children.count)) }
    for (node, child) in children.enumerated() where child != 0 {
      // Children come after their parents, so that every way ends.
      guard Int(child) > node, Int(child) + 1 < children.count else {
        throw .outOfRange(Int64(child))
      }
    }
    var centers: [Double] = []
    for _ in 1..<children.count {
      for _ in 0..<featureCount { centers.append(try reader.double()) }
    }
    // One node says nothing of the number of features, which predicting takes memory for.
    guard featureCount <= Self.largestFeatureCount else { throw .outOfRange(Int64(featureCount)) }
    self.init(measure: measure, featureCount: featureCount, children: children, centers: centers)
  }

  private static let largestFeatureCount = 1 << 20
}
