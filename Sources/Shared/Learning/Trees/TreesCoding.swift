// The bytes of trees: what is common to them, then each tree's nodes in preorder.
//
//   features, classes: counts
//   has categories: byte; if so, the number of categories of each feature: counts
//   covers are whole numbers: byte. If so, covers and weights of classes are counts; else doubles
//   trees: count; of each its nodes:
//     0 and the leaf: its cover and its value, or the weight of each class (whose sum is the cover)
//     1 + feature and the threshold (double), or the words of the set of categories (8 bytes each)
//
// The root is first, a left child follows its parent, the right child follows the left one's last descendant.

extension Trees {
  func write(to writer: inout ModelWriter) {
    writer.append(count: featureCount)
    writer.append(count: classCount)
    writer.append(!categoryCounts.isEmpty)
    for count in categoryCounts { writer.append(count: Int(count)) }
    let areWhole = Self.areCounts(classCount > 0 ? leafValues : leafCovers)
    writer.append(areWhole)
    writer.append(count: treeCount)
    for node in nodes {
      if node.isLeaf {
        writer.append(count: 0)
        append(leaf: Int(node.next), areWhole: areWhole, to: &writer)
        continue
      }
      writer.append(count: node.feature + 1)
      if node.isCategorySplit {
        for word in 0..<setWordCount(node.feature) {
          writer.append(Double(bitPattern: categorySets[node.set + word]))
        }
      } else {
        writer.append(node.threshold)
      }
    }
  }

  private func append(leaf: Int, areWhole: Bool, to writer: inout ModelWriter) {
    func append(weight: Double) {
      if areWhole {
        writer.append(count: Int(exactly: weight) ?? 0)
      } else {
        writer.append(weight)
      }
    }
    if classCount == 0 {
      append(weight: leafCovers[leaf])
      writer.append(leafValues[leaf])
    } else {
      for index in 0..<classCount { append(weight: leafValues[leaf * classCount + index]) }
    }
  }

  /// Whether these weights are numbers of examples, which take fewer bytes.
  private static func areCounts(_ weights: [Double]) -> Bool {
    weights.allSatisfy { $0 >= 0 && $0 < 0x1p48 && $0.rounded() == $0 }
  }

  /// - Throws: also for trees that would break a promise of this type.
  init(from reader: inout ModelReader) throws(ModelFormatError) {
    let featureCount = try reader.index(upTo: 0x7fff_fff0)
    let classCount = try reader.index(upTo: 0x7fff_fff0)
    var categoryCounts: [Int32] = []
    if try reader.boolean() {
      for _ in 0..<featureCount {
        categoryCounts.append(Int32(try reader.index(upTo: 0x7fff_fff0)))
      }
    }
    self.init(featureCount: featureCount, classCount: classCount, categoryCounts: categoryCounts)
    let areWhole = try reader.boolean()
    // A tree has at least one leaf.
    for _ in 0..<(try reader.count(ofAtLeast: 2)) {
      beginTree()
      try readTree(from: &reader, areWhole: areWhole)
    }
  }

  private mutating func readTree(
    from reader: inout ModelReader, areWhole: Bool
  ) throws(ModelFormatError) {
    // The splits whose left or right child comes next.
    var open: [(index: Int, node: TreeNode, isLeftRead: Bool)] = []
    repeat {
      let tag = try reader.index(upTo: featureCount)
      guard nodes.count < Int32.max else { throw .outOfRange(Int64(nodes.count)) }
      if tag > 0 {
        guard open.count < Self.depthLimit else { throw .outOfRange(Int64(open.count)) }
        let node = try readSplit(feature: tag - 1, from: &reader)
        open.append((reserveNode(), node, false))
        continue
      }
      try readLeaf(from: &reader, areWhole: areWhole)
      while let last = open.last, last.isLeftRead { _ = open.popLast() }
      if let last = open.indices.last {
        open[last].isLeftRead = true
        set(open[last].node.with(right: nodes.count), at: open[last].index)
      }
    } while !open.isEmpty
  }

  private mutating func readSplit(
    feature: Int, from reader: inout ModelReader
  ) throws(ModelFormatError) -> TreeNode {
    guard !categoryCounts.isEmpty, categoryCounts[feature] > 0 else {
      return .number(feature: feature, threshold: try reader.double(), right: 0)
    }
    let start = categorySets.count
    for _ in 0..<setWordCount(feature) { append(setWord: try reader.double().bitPattern) }
    return .category(feature: feature, set: start, right: 0)
  }

  private mutating func readLeaf(
    from reader: inout ModelReader, areWhole: Bool
  ) throws(ModelFormatError) {
    if classCount == 0 {
      let cover = try Self.readWeight(from: &reader, areWhole)
      try appendChecked(cover: cover)
      append(leafValue: try reader.double())
      return
    }
    var cover = 0.0
    for _ in 0..<classCount {
      let weight = try Self.readWeight(from: &reader, areWhole)
      append(leafValue: weight)
      cover += weight
    }
    try appendChecked(cover: cover)
  }

  private mutating func appendChecked(cover: Double) throws(ModelFormatError) {
    guard cover > 0, cover.isFinite else { throw .outOfRange(0) }
    appendLeaf(cover: cover)
  }

  private static func readWeight(
    from reader: inout ModelReader, _ isWhole: Bool
  ) throws(ModelFormatError) -> Double {
    let weight = isWhole ? Double(try reader.count()) : try reader.double()
    guard weight >= 0 else { throw .outOfRange(-1) }
    return weight
  }
}

extension ModelReader {
  /// A count or an index that is at most `limit`.
  mutating func index(upTo limit: Int) throws(ModelFormatError) -> Int {
    let value = try count()
    guard value <= limit else { throw .outOfRange(Int64(value)) }
    return value
  }
}
