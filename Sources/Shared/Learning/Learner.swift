/// A way to make models, with its parameters: one file, and one line in `LearnerRegistry`.
///
/// A learner is a value. What holds working memory is the `Trainer` that it makes.
package protocol Learner: Sendable {
  /// Spark's name.
  static var name: String { get }
  /// One line for people.
  static var documentation: String { get }
  static var kind: LearnerKind { get }
  static var parameters: [Parameter] { get }
  /// What becomes of categories before its trainers see them.
  static var categoryEncoding: FeaturePreparation.CategoryEncoding { get }

  /// Throws where parameters that are fine one by one are not together, or not supported.
  init(_ parameters: ParameterSet) throws(ParameterError)

  /// A trainer for groups of `featureCount` features. Each fit begins from the seed anew, so that the model of
  /// a group depends on its examples, their order and the seed alone.
  func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer
}

extension Learner {
  /// Spark's one-hot encoding, also without an intercept: then the columns of one category would not be collinear, but those
  /// of two categories together would be.
  package static var categoryEncoding: FeaturePreparation.CategoryEncoding { .indicatorsButLast }
}

/// Trains one model after the other, each on the rows of one group, in memory that it keeps.
///
/// Belongs to one thread.
package protocol Trainer: AnyObject {
  /// Replaces the model by one of these examples, or throws and leaves none.
  func fit(_ examples: Examples) throws(TrainingError)

  /// Writes the last model's output for each example, as `Model.predict` does; the label is not looked at.
  func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>)

  /// The last model as a linear function of the features, or the function that its prediction is one of (the linear predictor, the
  /// margin of class 1); nil for models of another form.
  var linearModel: LinearModel? { get }

  /// The last model, by itself.
  var model: any Model { get }
}

extension Trainer {
  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    model.predict(examples, into: predictions)
  }

  package var linearModel: LinearModel? { nil }
}

/// A learner that needs of its examples only statistics that merge (a monoid), so that each host sends
/// statistics instead of rows.
package protocol MergeableLearner: Learner {
  /// Learners with statistics of equal `name` and size share one copy of them.
  /// - Parameter isWeighted: whether the examples have weights, which may take more doubles a block.
  func statistics(featureCount: Int, isWeighted: Bool) -> any TrainingStatistics

  /// A trainer for blocks of such statistics.
  func makeStatisticsTrainer(featureCount: Int, isWeighted: Bool) -> any StatisticsTrainer
}

extension MergeableLearner {
  /// Of examples without weights.
  package func statistics(featureCount: Int) -> any TrainingStatistics {
    statistics(featureCount: featureCount, isWeighted: false)
  }

  package func makeStatisticsTrainer(featureCount: Int) -> any StatisticsTrainer {
    makeStatisticsTrainer(featureCount: featureCount, isWeighted: false)
  }
}

/// A trainer that also works from statistics of examples instead of the examples.
package protocol StatisticsTrainer: Trainer {
  /// Replaces the model by one of the examples behind a block of statistics, or throws and leaves none.
  func fit(statistics: UnsafePointer<Double>) throws(TrainingError)

  /// How well the last model predicts the examples behind a block of statistics.
  /// The sums that only examples give (absolute errors) are NaN.
  func errors(statistics: UnsafePointer<Double>) -> PredictionErrors

  /// Fits and measures a model of each group and appends what came of it to `results`.
  ///
  /// Not to be implemented: there is one implementation, and it is a requirement so that it is compiled for each
  /// trainer, whose calls then are direct ones.
  func train(_ groups: GroupedStatistics, into results: inout TrainedGroups)
}
