/// What is done with the rows of each group: which learners are trained, and how their models are measured, tuned and
/// explained. A value that a job states once and that holds for all of its groups.
package struct GroupTraining: Sendable {
  /// One of the learners.
  package struct Candidate: Sendable {
    package let description: LearnerDescription
    /// The full set, defaults included.
    package let parameters: [String: ParameterValue]
    /// The parameters that are searched, which replace those above; nil where there is nothing to tune.
    package let space: SearchSpace?

    package init(
      description: LearnerDescription, parameters: [String: ParameterValue],
      space: SearchSpace? = nil
    ) {
      self.description = description
      self.parameters = parameters
      self.space = space
    }
  }

  /// All of `kind`.
  package var candidates: [Candidate]
  package var kind: LearnerKind
  /// Of the kind. The first one is what permutations are measured by; where there is none, the kind's.
  package var metrics: [Metric]
  package var seed: Int64
  package var imputation = FeaturePreparation.Imputation.none
  package var scaling = FeaturePreparation.Scaling.none
  /// At least 2 for cross-validation within the rows for training; less for none.
  package var folds = 0
  /// Whether rows stand in the order of time, so that folds train on what came before the rows that they hold out.
  package var isOrdered = false
  package var tuning: Tuning?
  package var explanations: [Explanation] = []

  package init(
    candidates: [Candidate], kind: LearnerKind, metrics: [Metric], seed: Int64
  ) {
    self.candidates = candidates
    self.kind = kind
    self.metrics = metrics
    self.seed = seed
  }
}

/// How the parameters of a candidate are searched.
package struct Tuning: Hashable, Sendable {
  package enum Search: String, Hashable, Sendable, CaseIterable {
    case grid, random, tpe
    /// Successive halving of random trials.
    case halving
  }

  /// Which trials end before all folds were measured.
  package enum EarlyStopping: String, Hashable, Sendable, CaseIterable {
    case none
    case median
  }

  package var search: Search
  /// Of a grid not looked at.
  package var trialCount: Int
  package var metric: Metric
  package var earlyStopping: EarlyStopping

  package init(
    search: Search, trialCount: Int, metric: Metric, earlyStopping: EarlyStopping
  ) {
    self.search = search
    self.trialCount = trialCount
    self.metric = metric
    self.earlyStopping = earlyStopping
  }
}

/// How much each feature matters to a model.
package enum Explanation: String, Hashable, Sendable, CaseIterable {
  /// The share of each feature in what the splits of trees gained; nil for other models.
  case gain
  /// How much worse the first metric is when the feature's values are shuffled among the rows.
  case permutation
  /// The mean magnitude of the feature's SHAP values, summed over classes; nil for models without.
  case shap
}
