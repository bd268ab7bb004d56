/// A model with all that scoring new rows needs: what its features and classes are called, and how features are prepared.
///
/// Its bytes are described in docs/models.md.
package struct StoredModel: Sendable {
  package struct Feature: Hashable, Sendable {
    package let name: String
    /// The categories that training has seen: the code of each is its index. Nil for a number.
    package let categories: [String]?

    package init(name: String, categories: [String]? = nil) {
      self.name = name
      self.categories = categories
    }
  }

  /// The learner's name.
  package let learner: String
  package let kind: LearnerKind
  package let features: [Feature]
  /// The classes of a classification, in the order of their codes; empty for other kinds.
  package let classes: [String]
  /// Nil where features reach the model as they are.
  package let preparation: FeaturePreparation?
  package let model: any Model

  /// - Parameters:
  ///   - features: as many as `preparation` prepares; without one, as many as the model has. A forecast looks at none and may
  ///     have any.
  ///   - classes: as many as the outputs of a classification.
  package init(
    learner: String, kind: LearnerKind, features: [Feature], classes: [String] = [],
    preparation: FeaturePreparation? = nil, model: any Model
  ) {
    self.learner = learner
    self.kind = kind
    self.features = features
    self.classes = classes
    self.preparation = preparation
    self.model = model
  }

  /// Writes `model.output.width` doubles for each example. Features are as those of training before preparation: NaN for
  /// null, codes for categories, -1 for a category that training has not seen.
  ///
  /// All values of a row are NaN where a feature that the model sees is: a null number that no imputation fills in, or a
  /// null category of a model that splits categories (in columns of zeros and ones such a null is all zeros).
  /// - Complexity: that of the model, and O(rows * columns of the model). Working memory is that of one block of rows, on the
  ///   stack where a few rows take it.
  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    // The step of a row is its number, so that rows must not be cut into blocks; features have no say.
    if kind == .forecasting { return model.predict(examples, into: predictions) }
    let width = model.output.width
    forEachPreparedBlock(examples) { block, first in
      let target = predictions + first * width
      model.predict(block, into: target)
      block.overwriteRowsWithNulls(target, width: width)
    }
  }
}
