/// The rows of one group, side by side: first those for training, then those held out.
///
/// A view: whoever makes one keeps the memory alive.
package struct GroupExamples {
  /// NaN stands for null, which is there only with an imputation. Of categories codes 0..<count, which training has seen;
  /// others are -1 and stand in held-out rows only.
  package let features: UnsafeBufferPointer<UnsafePointer<Double>>
  /// As `Examples.categoryCounts`.
  package let categoryCounts: UnsafePointer<Int32>?
  /// Of a classification codes: those below `classCount` are of training, others are classes that it has not seen.
  package let label: UnsafePointer<Double>
  package let weights: UnsafePointer<Double>?
  package let trainCount: Int
  package let testCount: Int
  /// The classes in the rows for training; 0 where the label is a number.
  package let classCount: Int
  /// The classes in all rows, of which those of training come first.
  package let knownClassCount: Int

  package init(
    features: UnsafeBufferPointer<UnsafePointer<Double>>,
    categoryCounts: UnsafePointer<Int32>? = nil, label: UnsafePointer<Double>,
    weights: UnsafePointer<Double>? = nil, trainCount: Int, testCount: Int, classCount: Int = 0,
    knownClassCount: Int = 0
  ) {
    self.features = features
    self.categoryCounts = categoryCounts
    self.label = label
    self.weights = weights
    self.trainCount = trainCount
    self.testCount = testCount
    self.classCount = classCount
    self.knownClassCount = knownClassCount
  }
}

extension GroupExamples {
  var rowCount: Int { trainCount + testCount }

  /// The rows for training.
  var training: Examples {
    Examples(
      features: features, label: label, rowCount: trainCount, weights: weights,
      categoryCounts: categoryCounts, classCount: classCount)
  }

  /// All rows, to be predicted or, of a series, to be trained on.
  var all: Examples {
    Examples(
      features: features, label: label, rowCount: rowCount, weights: weights,
      categoryCounts: categoryCounts, classCount: classCount)
  }

  var hasCategories: Bool {
    guard let categoryCounts else { return false }
    return features.indices.contains { categoryCounts[$0] > 0 }
  }

  /// The same rows with other features.
  func replacing(
    features: UnsafeBufferPointer<UnsafePointer<Double>>, categoryCounts: UnsafePointer<Int32>?
  ) -> GroupExamples {
    GroupExamples(
      features: features, categoryCounts: categoryCounts, label: label, weights: weights,
      trainCount: trainCount, testCount: testCount, classCount: classCount,
      knownClassCount: knownClassCount)
  }
}
