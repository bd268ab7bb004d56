/// A node of a tree. A tree lies in preorder: the left child of a node follows it.
package struct TreeNode: Hashable, Sendable {
  /// The feature of a split by a number; -1 for a leaf; -2 - feature for a split by category.
  private let code: Int32
  /// The index of the right child; of a leaf its number among the leaves.
  package let next: Int32
  /// The bits of the threshold, or where the category set begins.
  private let payload: UInt64

  private init(code: Int32, next: Int, payload: UInt64) {
    self.code = code
    self.next = Int32(truncatingIfNeeded: next)
    self.payload = payload
  }

  static func leaf(_ number: Int) -> TreeNode { TreeNode(code: -1, next: number, payload: 0) }

  /// Values up to `threshold` go left.
  static func number(feature: Int, threshold: Double, right: Int) -> TreeNode {
    TreeNode(
      code: Int32(truncatingIfNeeded: feature), next: right, payload: threshold.bitPattern)
  }

  static func category(feature: Int, set: Int, right: Int) -> TreeNode {
    TreeNode(code: Int32(truncatingIfNeeded: -2 - feature), next: right, payload: UInt64(set))
  }

  /// The same split with another right child.
  func with(right: Int) -> TreeNode { TreeNode(code: code, next: right, payload: payload) }

  @inline(__always) package var isLeaf: Bool { code == -1 }
  @inline(__always) package var isCategorySplit: Bool { code < -1 }
  /// The feature of a split.
  @inline(__always) package var feature: Int { code >= 0 ? Int(code) : -2 &- Int(code) }
  @inline(__always) package var threshold: Double { Double(bitPattern: payload) }
  /// The index of the first word of a category split's set.
  @inline(__always) var set: Int { Int(truncatingIfNeeded: payload) }
}
