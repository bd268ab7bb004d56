/// How many examples of each class were predicted to be of each class.
package struct ConfusionMatrix: Hashable, Sendable {
  /// Nobody reads a larger one.
  package static let mostClasses = 1000

  package let classCount: Int
  /// Weights of examples (counts where they have none): a row for each true class, a column for each predicted one,
  /// row after row.
  package private(set) var counts: [Double]

  /// - Parameter predictions: `output.width` doubles for each example; the largest decides, of equal ones the first.
  ///   An example whose label is no class is left out.
  /// - Complexity: O(rows * classes + classes squared), in new memory.
  package init(
    predictions: UnsafePointer<Double>, output: ModelOutput, examples: Examples
  ) {
    classCount = max(output.width, examples.classCount)
    counts = Array(repeating: 0, count: classCount * classCount)
    for row in 0..<examples.rowCount {
      guard let label = classIndex(examples.label[row], below: classCount) else { continue }
      let choice = indexOfLargest(predictions + row * output.width, count: output.width)
      counts[label * classCount + choice] += examples.weight(row)
    }
  }

  package subscript(actual: Int, predicted: Int) -> Double {
    counts[actual * classCount + predicted]
  }
}
