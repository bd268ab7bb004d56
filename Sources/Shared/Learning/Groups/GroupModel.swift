/// What became of one candidate on one group.
package struct GroupModel: Sendable {
  /// Nil where there is a model.
  package var error: TrainingError?
  package var model: (any Model)?
  /// What becomes of features before the model sees them; nil where they stay as they are.
  package var preparation: FeaturePreparation?
  /// The model as a linear function of the prepared features; nil for others.
  package var linearModel: LinearModel?
  package var trainErrors = PredictionErrors.noExamples
  package var testErrors = PredictionErrors.noExamples
  /// A list of as many metrics as are asked for, each the mean over the folds; empty without folds.
  package var validation: [Double?] = []
  /// What the search chose, by the names of the space; empty without one.
  package var choices: [Trial.Choice] = []
  /// The trials that were begun.
  package var trialCount = 0
  /// For each explanation that is asked for one value a feature (before preparation); nil where it has none.
  package var importances: [[Double]?] = []
  /// What comes after all rows of a series; nil for other kinds.
  package var forecast: Forecast?

  package init() {}
}
