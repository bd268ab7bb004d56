/// The side of a plane on which an example lies, and how far.
package struct LinearSupportVectorModel: Hashable, Sendable {
  /// Above the threshold for class 1.
  package let linear: LinearModel
  package let threshold: Double
  /// 2, or 1 where training saw one class only.
  package let classCount: Int
}

extension LinearSupportVectorModel: Model {
  package static let form = ModelForm.linearSupportVector

  /// For class 1 the value of the linear function less the threshold, for class 0 the opposite.
  package var output: ModelOutput { .scores(classCount) }

  package var featureCount: Int { linear.featureCount }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    linear.predict(examples, into: predictions)
    guard classCount == 2 else { return }
    // From the last row, so that no value is overwritten before it is read.
    var row = examples.rowCount - 1
    while row >= 0 {
      let score = predictions[row] - threshold
      predictions[2 * row] = -score
      predictions[2 * row + 1] = score
      row -= 1
    }
  }

  package func write(to writer: inout ModelWriter) {
    linear.write(to: &writer)
    writer.append(threshold)
    writer.append(count: classCount)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    linear = try LinearModel(from: &reader)
    threshold = try reader.double()
    classCount = try reader.count()
    guard classCount == 1 || classCount == 2 else { throw .outOfRange(Int64(classCount)) }
  }
}
