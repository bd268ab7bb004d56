/// A learner with fixed parameters and the trainers that it made, which are kept: one for each number of columns that the
/// last groups had.
///
/// Belongs to one thread, as its trainers do.
final class LearnerTrainers {
  /// Groups with categories differ in their columns; trainers hold memory for the rows that they have seen.
  private static let mostKept = 8

  let encoding: FeaturePreparation.CategoryEncoding
  /// Of a learner of series.
  let forecasting: (learner: any ForecastLearner, trainer: any ForecastTrainer)?
  private let learner: any Learner
  private let seed: Int64
  /// The one that was used last is the last.
  private var kept: [(columnCount: Int, trainer: any Trainer)] = []

  init(_ learner: any Learner, seed: Int64) {
    self.learner = learner
    self.seed = seed
    encoding = type(of: learner).categoryEncoding
    forecasting = (learner as? any ForecastLearner).map { ($0, $0.makeForecastTrainer()) }
  }

  func trainer(columnCount: Int) -> any Trainer {
    if let last = kept.last, last.columnCount == columnCount { return last.trainer }
    if let index = kept.firstIndex(where: { $0.columnCount == columnCount }) {
      kept.append(kept.remove(at: index))
    } else {
      if kept.count == Self.mostKept { kept.removeFirst() }
      kept.append(
        (columnCount, learner.makeTrainer(featureCount: columnCount, seed: seed)))
    }
    return kept[kept.count - 1].trainer
  }
}
