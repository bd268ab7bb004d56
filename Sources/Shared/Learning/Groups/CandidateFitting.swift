/// Trains candidates on one set of rows after the other, from preparing the features to measuring the model.
///
/// Belongs to one thread.
final class CandidateFitting {
  /// More predictions of a group than these are not asked for: 1 GiB of them.
  private static let mostPredictions = 1 << 27

  private var prepared: PreparedRows
  private var measurement: ModelMeasurement
  /// Of folds and shuffles, which are many and of which only numbers are read.
  private var judgement: ModelMeasurement
  private var explainer: ModelExplainer

  init(_ training: GroupTraining) {
    let numbers = training.metrics.filter(\.isNumber)
    let first = numbers.first ?? training.kind.defaultMetrics[0]
    prepared = PreparedRows(imputation: training.imputation, scaling: training.scaling)
    measurement = ModelMeasurement(kind: training.kind, metrics: training.metrics)
    judgement = ModelMeasurement(
      kind: training.kind,
      metrics: numbers + [first] + (training.tuning.map { [$0.metric] } ?? []))
    explainer = ModelExplainer(training.explanations, metric: first, seed: training.seed)
  }

  /// The model of the rows for training with its errors and importances. Of a series it is trained again, on all rows,
  /// once it is measured.
  func model(
    of trainers: LearnerTrainers, _ examples: GroupExamples
  ) throws(TrainingError) -> GroupModel {
    if let (learner, trainer) = trainers.forecasting {
      return try series(learner, trainer, examples)
    }
    let fit = try fit(trainers, examples)
    var result = GroupModel()
    result.model = fit.model
    result.preparation = fit.preparation
    result.linearModel = fit.trainer.linearModel
    (result.trainErrors, result.testErrors) = measurement.errors(
      of: fit.model, on: fit.examples)
    result.importances = explainer.importances(
      of: fit.model, featureCount: examples.features.count, fit.preparation, fit.examples,
      &judgement)
    return result
  }

  /// How well a model of the rows for training predicts those held out.
  func heldOutErrors(
    of trainers: LearnerTrainers, _ examples: GroupExamples
  ) throws(TrainingError) -> PredictionErrors {
    if let (learner, trainer) = trainers.forecasting {
      return try heldOutErrors(learner, trainer, examples)
    }
    let fit = try fit(trainers, examples)
    return judgement.heldOutErrors(of: fit.model, on: fit.examples)
  }

  private struct Fit {
    let model: any Model
    let trainer: any Trainer
    let preparation: FeaturePreparation?
    /// As the model sees them.
    let examples: GroupExamples
  }

  private func fit(
    _ trainers: LearnerTrainers, _ examples: GroupExamples
  ) throws(TrainingError) -> Fit {
    let (size, overflow) = examples.rowCount.multipliedReportingOverflow(
      by: examples.classCount)
    guard !overflow, size <= Self.mostPredictions else {
      throw .tooManyClasses(
        count: examples.classCount, allowed: Self.mostPredictions / examples.rowCount)
    }
    let (rows, preparation) = try prepared.prepare(examples, for: trainers.encoding)
    let trainer = trainers.trainer(columnCount: rows.features.count)
    do throws(TrainingError) {
      try trainer.fit(rows.training)
    } catch {
      throw preparation.map { error.mapped(to: $0.columnFeatures) } ?? error
    }
    return Fit(
      model: trainer.model, trainer: trainer, preparation: preparation, examples: rows)
  }

  private func series(
    _ learner: any ForecastLearner, _ trainer: any ForecastTrainer, _ examples: GroupExamples
  ) throws(TrainingError) -> GroupModel {
    var result = GroupModel()
    result.testErrors = try heldOutErrors(learner, trainer, examples)
    if examples.testCount > 0 { try trainer.fit(examples.all) }
    let model = trainer.forecastModel
    result.model = model
    result.forecast = model.forecast(steps: learner.horizon, level: learner.level)
    result.importances = explainer.noImportances
    return result
  }

  private func heldOutErrors(
    _ learner: any ForecastLearner, _ trainer: any ForecastTrainer, _ examples: GroupExamples
  ) throws(TrainingError) -> PredictionErrors {
    try trainer.fit(examples.training)
    return measurement.errors(of: trainer.forecastModel, season: learner.season, on: examples)
  }
}
