import Columnar
import Learning

/// The training of one or more learners on each group, over the projected columns.
package struct Training: Hashable, Sendable {
  /// A learner by its registered name, with all of its parameters (defaults filled in), checked.
  package struct Learner: Hashable, Sendable {
    package var name: String
    package var parameters: [String: ParameterValue]

    package init(name: String, parameters: [String: ParameterValue]) {
      self.name = name
      self.parameters = parameters
    }
  }

  package var learners: [Learner]
  /// Cast to double, the classes of a classification to string; nil where nothing is to be predicted (clusters).
  package var label: BoundExpression?
  /// Cast to double, categories to string.
  package var features: [NamedExpression]
  /// Cast to double.
  package var weight: BoundExpression?
  /// What rows of a group are sorted by before they are split and trained on, cast to double; nil keeps their order.
  package var order: BoundExpression?
  package var options: TrainingOptions

  package init(
    learners: [Learner], label: BoundExpression?, features: [NamedExpression],
    weight: BoundExpression? = nil, order: BoundExpression? = nil, options: TrainingOptions
  ) {
    self.learners = learners
    self.label = label
    self.features = features
    self.weight = weight
    self.order = order
    self.options = options
  }

  /// All expressions that it takes of a row.
  package var inputs: [BoundExpression] {
    features.map(\.expression) + [label, weight, order].compactMap(\.self)
  }
}

/// How learners are trained, measured, chosen and explained, beside the columns: what executors are told as it is.
package struct TrainingOptions: Hashable, Sendable {
  /// Which learners of a group stay in the result.
  package enum Keep: Hashable, Sendable {
    case all
    /// The one that is best by this column of the result.
    case best(by: ResultMetric)
  }

  /// The parameters that are searched, of those learners that have them.
  package struct Search: Hashable, Sendable {
    package var space: SearchSpace
    package var tuning: Tuning
    /// Whether all groups have one choice; else each has its own.
    package var isShared: Bool

    package init(space: SearchSpace, tuning: Tuning, isShared: Bool) {
      self.space = space
      self.tuning = tuning
      self.isShared = isShared
    }

    /// Whether its trials are known before the first one was measured: then they can be measured in stages, side by side.
    package var canBeShared: Bool { tuning.search != .tpe && tuning.earlyStopping == .none }
  }

  package var kind: LearnerKind
  /// In the order of the result's columns.
  package var metrics: [Metric]
  package var seed: Int64
  /// The share of each group's rows that is held out, 0 for none: the last ones where rows have an order.
  package var testFraction = 0.0
  package var imputation = FeaturePreparation.Imputation.none
  package var scaling = FeaturePreparation.Scaling.none
  /// At least 2; 0 for none.
  package var folds = 0
  package var search: Search?
  package var explanations: [Explanation] = []
  package var keep = Keep.all
  /// Whether the result has the models themselves.
  package var storesModel = true
  /// The type of the classes of a classification.
  package var classType: DataType?
  /// Whether a learner is there several times, with other parameters.
  package var repeatsLearners = false
  /// Whether there are features that are categories, so that a model has other columns than there are features.
  package var hasCategories = false

  /// Whether something is asked for that statistics of the rows cannot give, whatever the learner.
  package var needsRows: Bool {
    imputation != .none || scaling != .none || hasCategories || folds > 0 || search != nil
      || !explanations.isEmpty || !metrics.allSatisfy(\.isMergeable)
  }

  package init(kind: LearnerKind, metrics: [Metric], seed: Int64) {
    self.kind = kind
    self.metrics = metrics
    self.seed = seed
  }
}

/// A metric of the rows for training, of those held out, or of cross-validation: a column of the result.
package struct ResultMetric: Hashable, Sendable {
  package enum Part: String, Hashable, Sendable, CaseIterable {
    case train, test
    /// The mean over folds.
    case validation = "cv"
  }

  package var part: Part
  package var metric: Metric

  package init(part: Part, metric: Metric) {
    self.part = part
    self.metric = metric
  }

  /// `test_rmse`.
  package var name: String { "\(part.rawValue)_\(metric.rawValue)" }
}
