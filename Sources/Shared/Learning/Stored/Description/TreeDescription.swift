extension DecisionTreeModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    let text = TreeText(trees: trees, names: names)
    return ["a tree of \(trees.leafCount) leaves, \(text.depth(of: 0)) splits deep", ""]
      + text.lines(of: 0, limit: TreeText.lineLimit)
      + importanceLines(names)
  }
}

extension TreeEnsembleModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    let count = trees.treeCount == 1 ? "1 tree" : "\(trees.treeCount) trees"
    let text = TreeText(trees: trees, names: names)
    return ["\(count) of \(trees.nodeCount) nodes: \(words(names))"]
      + importanceLines(names)
      + ["", "the first tree, of \(text.leafCount(of: 0)) leaves:"]
      + text.lines(of: 0, limit: TreeText.lineLimitOfEnsembles)
  }

  private func words(_ names: ModelNames) -> String {
    switch combination {
    case .mean where trees.classCount == 0: "the prediction is the mean of theirs"
    case .mean: "the probability of a class is the mean of its shares in their leaves"
    case .sum: "the prediction is the sum of theirs"
    case .logistic: "the probability of \(names.classes[1]) is 1 / (1 + exp(-2 * their sum))"
    }
  }
}

extension FeatureImportanceModel {
  /// The features that trees have used, the most important ones first.
  fileprivate func importanceLines(_ names: ModelNames) -> [String] {
    let importances = featureImportances
    let used = names.columns.indices.filter { importances[$0] > 0 }
      .sorted { (importances[$1], $0) < (importances[$0], $1) }
    if used.isEmpty { return [] }
    var table = TextTable(["feature", "importance"])
    for column in used {
      table.append([.text(names.columns[column]), .number(importances[column])])
    }
    return [""] + table.lines
  }
}

/// Trees as nested conditions.
private struct TreeText {
  static let lineLimit = 200
  static let lineLimitOfEnsembles = 60
  private static let categoryLimit = 8

  let trees: Trees
  let names: ModelNames
  /// Weights are numbers of rows.
  private let areCounts: Bool

  init(trees: Trees, names: ModelNames) {
    self.trees = trees
    self.names = names
    areCounts = trees.leafCovers.allSatisfy { $0.rounded() == $0 }
  }

  private func nodes(of tree: Int) -> Range<Int> {
    let end = tree + 1 < trees.roots.count ? trees.roots[tree + 1] : trees.nodeCount
    return trees.roots[tree]..<end
  }

  func leafCount(of tree: Int) -> Int { nodes(of: tree).count { trees.nodes[$0].isLeaf } }

  /// The most splits above a leaf.
  func depth(of tree: Int) -> Int {
    let nodes = nodes(of: tree)
    var depths = [Int](repeating: 0, count: nodes.count)
    // Children lie behind their parents.
    for index in nodes.reversed() where !trees.nodes[index].isLeaf {
      let right = Int(trees.nodes[index].next) - nodes.lowerBound
      let left = index + 1 - nodes.lowerBound
      depths[index - nodes.lowerBound] = 1 + max(depths[left], depths[right])
    }
    return depths[0]
  }

  /// Two lines a split: the left and the right child, which a leaf shares.
  func lines(of tree: Int, limit: Int) -> [String] {
    let root = trees.roots[tree]
    if trees.nodes[root].isLeaf { return ["always \(leaf(root))"] }
    var lines: [String] = []
    append(root, indentation: "", limit: limit, to: &lines)
    let count = 2 * (leafCount(of: tree) - 1)
    if count > lines.count { lines.append("... \(count - lines.count) more lines") }
    return lines
  }

  /// Recursion ends at `Trees.depthLimit`.
  private func append(_ index: Int, indentation: String, limit: Int, to lines: inout [String]) {
    let node = trees.nodes[index]
    let children = [("if \(condition(node))", index + 1), ("else", Int(node.next))]
    for (words, child) in children where lines.count < limit {
      if trees.nodes[child].isLeaf {
        lines.append("\(indentation)\(words): \(leaf(child))")
      } else {
        lines.append("\(indentation)\(words):")
        append(child, indentation: indentation + "  ", limit: limit, to: &lines)
      }
    }
  }

  private func condition(_ node: TreeNode) -> String {
    let name = names.columns[node.feature]
    guard node.isCategorySplit else {
      if let absence = names.absences[node.feature], 0..<1 ~= node.threshold { return absence }
      return "\(name) <= \(node.threshold.short)"
    }
    let count = Int(trees.categoryCounts[node.feature])
    func isLeft(_ code: Int) -> Bool {
      trees.categorySets[node.set + code / 64] >> UInt64(code % 64) & 1 == 1
    }
    let left = (0..<count).filter(isLeft)
    // The last bit is of what training has not seen here; the side without it is a list of names alone.
    let listed = isLeft(count) ? (0..<count).filter { !isLeft($0) } : left
    let texts = listed.map { StoredModel.category($0, of: names.categories[node.feature]) }
    return
      "\(name) \(isLeft(count) ? "not in" : "in") {\(texts.shownList(limit: Self.categoryLimit))}"
  }

  /// What a leaf says, and of how many rows.
  private func leaf(_ index: Int) -> String {
    let leaf = Int(trees.nodes[index].next)
    let cover = trees.leafCovers[leaf]
    if trees.classCount == 0 {
      return "\(trees.leafValues[leaf].short) (\(weight(cover.short, isOne: cover == 1)))"
    }
    let shares = trees.leafValues[leaf * trees.classCount..<(leaf + 1) * trees.classCount]
    // Of equal ones the first, as predictions choose.
    let best = shares.indices.reduce(shares.startIndex) { shares[$1] > shares[$0] ? $1 : $0 }
    let name = names.classes[best - shares.startIndex]
    let share = shares[best] == cover ? "" : "\(shares[best].short) of "
    return "\(name) (\(weight(share + cover.short, isOne: cover == 1)))"
  }

  private func weight(_ text: String, isOne: Bool) -> String {
    areCounts ? "\(text) \(isOne ? "row" : "rows")" : "weight \(text)"
  }
}
