/// A mean whose link is a linear function of the features.
package struct GeneralizedLinearModel: Hashable, Sendable {
  /// The linear predictor.
  package var linear: LinearModel
  package let link: LinkFunction

  package init(linear: LinearModel, link: LinkFunction) {
    self.linear = linear
    self.link = link
  }
}

extension GeneralizedLinearModel: Model {
  package static let form = ModelForm.generalizedLinear

  package var output: ModelOutput { .value }

  package var featureCount: Int { linear.featureCount }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    linear.predict(examples, into: predictions)
    if link == .identity { return }
    var row = 0
    while row < examples.rowCount {
      let count = min(LaneMemory.count, examples.rowCount &- row)
      let means = link.means(LaneMemory.load(predictions, row, count: count))
      LaneMemory.store(means, predictions, row, count: count)
      row &+= LaneMemory.count
    }
  }

  package func write(to writer: inout ModelWriter) {
    link.write(to: &writer)
    linear.write(to: &writer)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    link = try LinkFunction(from: &reader)
    linear = try LinearModel(from: &reader)
  }
}
