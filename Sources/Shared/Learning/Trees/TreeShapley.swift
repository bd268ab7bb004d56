/// Exact Shapley values of trees in polynomial time: algorithm 2 of Lundberg, Erion, Lee, "Consistent individualized feature
/// attribution for tree ensembles" (2018), where what is not known of an example is averaged over the training examples of
/// each node (path-dependent).
///
/// On the way to a leaf it keeps, for each number of known features among those of the path, the weight of all subsets
/// of that size that come here: one more feature extends these weights, and a feature that splits again is taken
/// out before.
///
/// Unsafe: it works in `paths`, a row of entries for each split above and one more, as many as the deepest tree has.
struct TreeShapley {
  private let trees: Trees
  /// The weight of the training examples of each node.
  private let covers: [Double]
  private let depth: Int

  /// - Complexity: O(nodes).
  init(_ trees: Trees) {
    self.trees = trees
    var covers = [Double](repeating: 0, count: trees.nodeCount)
    var depths = [Int](repeating: 0, count: trees.nodeCount)
    // Children lie behind their parents.
    for index in covers.indices.reversed() {
      let node = trees.nodes[index]
      if node.isLeaf {
        covers[index] = trees.leafCovers[Int(node.next)]
        continue
      }
      let (left, right) = (index + 1, Int(node.next))
      covers[index] = covers[left] + covers[right]
      depths[index] = 1 + max(depths[left], depths[right])
    }
    self.covers = covers
    depth = depths.max() ?? 0
  }

  /// The mean of each of a leaf's outputs over the training examples, summed over the trees.
  func expectedSums(_ output: LeafOutput) -> [Double] {
    var sums = [Double](repeating: 0, count: trees.leafWidth)
    trees.withReader { reader in
      for (tree, root) in trees.roots.enumerated() {
        let end = tree + 1 < trees.roots.count ? trees.roots[tree + 1] : trees.nodeCount
        for index in root..<end where reader.nodes[index].isLeaf {
          let leaf = Int(reader.nodes[index].next)
          for value in sums.indices {
            sums[value] +=
              covers[index] / covers[root] * output.value(reader, leaf, of: sums.count, value)
          }
        }
      }
    }
    return sums
  }

  /// Adds the Shapley values of the trees' sum to `values`, laid out as `ShapleyModel` says.
  /// - Complexity: O(rows * leaves * depth squared).
  func add(
    _ examples: Examples, _ output: LeafOutput, to values: UnsafeMutablePointer<Double>
  ) {
    let rowLength = depth + 2
    withUnsafeTemporaryAllocation(of: PathEntry.self, capacity: rowLength * rowLength) { paths in
      guard let paths = paths.baseAddress else { return }
      trees.withReader { reader in
        covers.withUnsafeBufferPointer { covers in
          for row in 0..<examples.rowCount {
            let walk = ShapleyWalk(
              reader: reader, covers: covers, examples: examples, row: row, output: output,
              leafWidth: trees.leafWidth, featureCount: trees.featureCount, rowLength: rowLength,
              values: values + row * trees.leafWidth * trees.featureCount)
            for root in trees.roots {
              walk.visit(
                root, paths, length: 0, zeroFraction: 1, oneFraction: 1, feature: -1)
            }
          }
        }
      }
    }
  }
}

/// What of a leaf is explained.
enum LeafOutput {
  case value
  /// The share of a class.
  case share

  @inline(__always)
  func value(_ reader: TreeReader, _ leaf: Int, of width: Int, _ index: Int) -> Double {
    switch self {
    case .value: reader.leafValues[leaf]
    case .share: reader.leafValues[leaf &* width &+ index] / reader.leafCovers[leaf]
    }
  }
}

/// A feature of the path to a node: the shares of subsets that come here without it and with it known, and the weight of the
/// subsets that hold as many of the path's features as the entry's index says.
private struct PathEntry: BitwiseCopyable {
  var feature: Int
  var zeroFraction: Double
  var oneFraction: Double
  var weight: Double
}

/// The way of one example through the trees.
private struct ShapleyWalk {
  let reader: TreeReader
  let covers: UnsafeBufferPointer<Double>
  let examples: Examples
  let row: Int
  let output: LeafOutput
  let leafWidth: Int
  let featureCount: Int
  let rowLength: Int
  let values: UnsafeMutablePointer<Double>

  /// `path` has `length` entries, and room for the rows of the nodes below. Recursion ends at `Trees.depthLimit`.
  func visit(
    _ index: Int, _ path: UnsafeMutablePointer<PathEntry>, length: Int, zeroFraction: Double,
    oneFraction: Double, feature: Int
  ) {
    extend(path, length, zeroFraction, oneFraction, feature)
    let node = reader.nodes[index]
    if node.isLeaf { return addLeaf(Int(node.next), path, last: length) }

    let value = examples.features[node.feature][row]
    let (left, right) = (index &+ 1, Int(node.next))
    let (hot, cold) = reader.goesLeft(node, value) ? (left, right) : (right, left)
    var count = length &+ 1
    var (zero, one) = (1.0, 1.0)
    // The first entry stands for no feature.
    for entry in 1..<count where path[entry].feature == node.feature {
      (zero, one) = (path[entry].zeroFraction, path[entry].oneFraction)
      unwind(path, last: length, entry)
      count = length
      break
    }
    let next = path + rowLength
    next.update(from: path, count: count)
    // The share of covers first: a part of a denormal weight would be rounded to 0, which nothing may be divided by.
    visit(
      hot, next, length: count, zeroFraction: zero * (covers[hot] / covers[index]),
      oneFraction: one, feature: node.feature)
    next.update(from: path, count: count)
    visit(
      cold, next, length: count, zeroFraction: zero * (covers[cold] / covers[index]),
      oneFraction: 0, feature: node.feature)
  }

  private func extend(
    _ path: UnsafeMutablePointer<PathEntry>, _ length: Int, _ zero: Double, _ one: Double,
    _ feature: Int
  ) {
    path[length] = PathEntry(
      feature: feature, zeroFraction: zero, oneFraction: one, weight: length == 0 ? 1 : 0)
    let size = Double(length &+ 1)
    for index in (0..<length).reversed() {
      path[index &+ 1].weight += one * path[index].weight * Double(index &+ 1) / size
      path[index].weight = zero * path[index].weight * Double(length &- index) / size
    }
  }

  /// Takes entry `index` of a path with entries up to `last` out again.
  private func unwind(_ path: UnsafeMutablePointer<PathEntry>, last: Int, _ index: Int) {
    let (zero, one) = (path[index].zeroFraction, path[index].oneFraction)
    let size = Double(last &+ 1)
    var rest = path[last].weight
    for entry in (0..<last).reversed() {
      if one != 0 {
        let weight = path[entry].weight
        path[entry].weight = rest * size / (Double(entry &+ 1) * one)
        rest = weight - path[entry].weight * zero * Double(last &- entry) / size
      } else {
        path[entry].weight *= size / (zero * Double(last &- entry))
      }
    }
    for entry in index..<last {
      path[entry].feature = path[entry &+ 1].feature
      path[entry].zeroFraction = path[entry &+ 1].zeroFraction
      path[entry].oneFraction = path[entry &+ 1].oneFraction
    }
  }

  /// The weights of the path without entry `index`, all together.
  private func unwoundSum(
    _ path: UnsafeMutablePointer<PathEntry>, last: Int, _ index: Int
  ) -> Double {
    let (zero, one) = (path[index].zeroFraction, path[index].oneFraction)
    let size = Double(last &+ 1)
    var rest = path[last].weight
    var sum = 0.0
    for entry in (0..<last).reversed() {
      if one != 0 {
        let weight = rest * size / (Double(entry &+ 1) * one)
        sum += weight
        rest = path[entry].weight - weight * zero * Double(last &- entry) / size
      } else {
        sum += path[entry].weight * size / (zero * Double(last &- entry))
      }
    }
    return sum
  }

  private func addLeaf(_ leaf: Int, _ path: UnsafeMutablePointer<PathEntry>, last: Int) {
    var entry = 1
    while entry <= last {
      let weight = unwoundSum(path, last: last, entry)
      let share = weight * (path[entry].oneFraction - path[entry].zeroFraction)
      for index in 0..<leafWidth {
        values[index &* featureCount &+ path[entry].feature] +=
          share * output.value(reader, leaf, of: leafWidth, index)
      }
      entry &+= 1
    }
  }
}
