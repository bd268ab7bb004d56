/// The learners that jobs can name. A new one is its file and a line here.
package enum LearnerRegistry {
  package static let learners: [LearnerDescription] = [
    LearnerDescription(LinearRegression.self),
    LearnerDescription(DecisionTreeRegressor.self),
    LearnerDescription(DecisionTreeClassifier.self),
    LearnerDescription(RandomForestRegressor.self),
    LearnerDescription(RandomForestClassifier.self),
    LearnerDescription(GBTRegressor.self),
    LearnerDescription(GBTClassifier.self),
    LearnerDescription(LogisticRegression.self),
    LearnerDescription(GeneralizedLinearRegression.self),
    LearnerDescription(LinearSVC.self),
    LearnerDescription(NaiveBayes.self),
    LearnerDescription(IsotonicRegression.self),
    LearnerDescription(KMeans.self),
    LearnerDescription(BisectingKMeans.self),
    LearnerDescription(GaussianMixture.self),
    LearnerDescription(SeasonalNaive.self),
    LearnerDescription(ExponentialSmoothing.self),
  ]

  package static var names: [String] { learners.map(\.name) }

  package static func learner(named name: String) -> LearnerDescription? {
    learners.first { $0.name == name }
  }
}
