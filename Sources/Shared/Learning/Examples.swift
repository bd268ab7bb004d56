/// Examples side by side: one contiguous column a feature, and the label.
///
/// A view: whoever makes one keeps the memory alive. Values of features and label are neither null nor NaN
/// in the rows that a learner is told to use; they may be infinite.
package struct Examples {
  package let features: UnsafeBufferPointer<UnsafePointer<Double>>
  /// What a model is to predict. Of a classification the index of the class, 0..<classCount, so that learners need
  /// not look for them; a clustering does not look at it.
  package let label: UnsafePointer<Double>
  package let rowCount: Int
  /// How often an example counts: finite and at least 0. Nil where all count once.
  package let weights: UnsafePointer<Double>?
  /// The number of categories of each feature, whose values are then 0..<count; 0 for a feature that is a number.
  /// Nil where all are numbers.
  package let categoryCounts: UnsafePointer<Int32>?
  /// The number of classes of the label; 0 where the label is a number.
  package let classCount: Int

  package init(
    features: UnsafeBufferPointer<UnsafePointer<Double>>, label: UnsafePointer<Double>,
    rowCount: Int, weights: UnsafePointer<Double>? = nil,
    categoryCounts: UnsafePointer<Int32>? = nil, classCount: Int = 0
  ) {
    self.features = features
    self.label = label
    self.rowCount = rowCount
    self.weights = weights
    self.categoryCounts = categoryCounts
    self.classCount = classCount
  }

  package func weight(_ row: Int) -> Double { weights?[row] ?? 1 }

  /// The number of categories of a feature; 0 for a number.
  package func categoryCount(_ feature: Int) -> Int { Int(categoryCounts?[feature] ?? 0) }
}
