/// Binary trees over the same features, side by side in flat arrays.
///
/// A leaf has `leafWidth` values: the mean label, or the weight of each class of its training examples. Where a split is by
/// category, a set has a bit for each category of the feature that goes left, and one more for all that were not among
/// the node's training examples, which go where more of these (by weight) went.
///
/// What readers promise to predictions: a right child and a left child lie behind their parent, features are below
/// `featureCount`, sets and leaves are there in full, and no path has more than `depthLimit` splits.
package struct Trees: Hashable, Sendable {
  /// Spark's limit of `maxDepth`.
  static let depthLimit = 30

  package let featureCount: Int
  /// The number of classes; 0 for trees of numbers.
  package private(set) var classCount: Int
  /// The number of categories of each feature, 0 for a number; empty where all are numbers.
  private(set) var categoryCounts: [Int32]
  package private(set) var nodes: [TreeNode] = []
  /// The root of each tree.
  package private(set) var roots: [Int] = []
  private(set) var categorySets: [UInt64] = []
  package private(set) var leafValues: [Double] = []
  /// The weight of the training examples of each leaf, greater than 0.
  package private(set) var leafCovers: [Double] = []

  init(featureCount: Int, classCount: Int, categoryCounts: [Int32]) {
    self.featureCount = featureCount
    self.classCount = classCount
    self.categoryCounts = categoryCounts
  }

  var leafWidth: Int { max(1, classCount) }
  package var treeCount: Int { roots.count }
  package var nodeCount: Int { nodes.count }
  package var leafCount: Int { leafCovers.count }

  /// The words of a set of a feature's categories.
  func setWordCount(_ feature: Int) -> Int { (Int(categoryCounts[feature]) + 1 + 63) / 64 }
}

// MARK: Growing

extension Trees {
  /// Begins anew for a group, in the memory that there is.
  mutating func reset(for examples: Examples, classCount: Int) {
    self.classCount = classCount
    categoryCounts.removeAll(keepingCapacity: true)
    if let counts = examples.categoryCounts {
      for feature in 0..<featureCount { categoryCounts.append(max(0, counts[feature])) }
    }
    nodes.removeAll(keepingCapacity: true)
    roots.removeAll(keepingCapacity: true)
    categorySets.removeAll(keepingCapacity: true)
    leafValues.removeAll(keepingCapacity: true)
    leafCovers.removeAll(keepingCapacity: true)
  }

  mutating func beginTree() { roots.append(nodes.count) }

  /// Makes place for a node whose children come next.
  mutating func reserveNode() -> Int {
    nodes.append(.leaf(0))
    return nodes.count - 1
  }

  mutating func set(_ node: TreeNode, at index: Int) { nodes[index] = node }

  /// The values of the leaf follow.
  mutating func appendLeaf(cover: Double) {
    nodes.append(.leaf(leafCovers.count))
    leafCovers.append(cover)
  }

  mutating func append(leafValue: Double) { leafValues.append(leafValue) }

  /// Appends an empty set of a feature's categories and returns where it begins.
  mutating func appendSet(_ feature: Int) -> Int {
    let start = categorySets.count
    for _ in 0..<setWordCount(feature) { categorySets.append(0) }
    return start
  }

  mutating func insert(category: Int, intoSetAt start: Int) {
    categorySets[start + category / 64] |= 1 << UInt64(category % 64)
  }

  mutating func append(setWord: UInt64) { categorySets.append(setWord) }

  /// Multiplies the values of the leaves from `first` on.
  mutating func scaleLeaves(from first: Int, by factor: Double) {
    for index in (first * leafWidth)..<leafValues.count { leafValues[index] *= factor }
  }
}

// MARK: Walking

extension Trees {
  /// Calls `body` with a view without checks.
  @inline(__always)
  func withReader<Result>(_ body: (TreeReader) -> Result) -> Result {
    nodes.withUnsafeBufferPointer { nodes in
      categorySets.withUnsafeBufferPointer { sets in
        categoryCounts.withUnsafeBufferPointer { counts in
          leafValues.withUnsafeBufferPointer { values in
            leafCovers.withUnsafeBufferPointer { covers in
              body(
                TreeReader(
                  nodes: nodes, categorySets: sets, categoryCounts: counts, leafValues: values,
                  leafCovers: covers))
            }
          }
        }
      }
    }
  }
}

/// The arrays of `Trees` without checks: valid inside of `withReader`.
struct TreeReader {
  let nodes: UnsafeBufferPointer<TreeNode>
  let categorySets: UnsafeBufferPointer<UInt64>
  let categoryCounts: UnsafeBufferPointer<Int32>
  let leafValues: UnsafeBufferPointer<Double>
  let leafCovers: UnsafeBufferPointer<Double>

  /// The number of the leaf that an example comes to.
  @inline(__always)
  func leaf(root: Int, _ features: UnsafeBufferPointer<UnsafePointer<Double>>, row: Int) -> Int {
    var index = root
    while true {
      let node = nodes[index]
      if node.isLeaf { return Int(node.next) }
      index = goesLeft(node, features[node.feature][row]) ? index &+ 1 : Int(node.next)
    }
  }

  @inline(__always)
  func goesLeft(_ node: TreeNode, _ value: Double) -> Bool {
    if !node.isCategorySplit { return value <= node.threshold }
    let count = Int(categoryCounts[node.feature])
    let known = value >= 0 && value < Double(count)
    let category = known ? Int(value) : count
    return categorySets[node.set &+ category >> 6] >> UInt64(category & 63) & 1 == 1
  }
}
