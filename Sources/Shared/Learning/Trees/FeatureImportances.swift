/// The share of each feature in what the splits of trees gained: Spark's `featureImportances`, the mean decrease in
/// impurity (Breiman et al., "Classification and Regression Trees", 1984, section 5.3.4, without surrogate splits).
///
/// A split counts with its gain times the weight of its node.
struct FeatureImportances {
  private var sums: [Double]

  init(featureCount: Int) { sums = Array(repeating: 0, count: featureCount) }

  mutating func reset() {
    for index in sums.indices { sums[index] = 0 }
  }

  /// A tree of a forest: all trees have the same say.
  mutating func addShares(of tree: UnsafePointer<Double>) {
    var total = 0.0
    for index in sums.indices { total += tree[index] }
    guard total > 0 else { return }
    for index in sums.indices { sums[index] += tree[index] / total }
  }

  /// A tree of a sequence: trees that gain more have more say.
  mutating func add(_ tree: UnsafePointer<Double>, unit: Double) {
    for index in sums.indices { sums[index] += tree[index] * unit }
  }

  var shares: [Double] {
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : sums
  }
}
