/// How good predictions are, by the names of Spark's evaluators and of scikit-learn.
package enum Metric: String, Hashable, Sendable, CaseIterable {
  // MARK: Regression

  /// Root of the mean squared error.
  case rmse
  /// Mean squared error.
  case mse
  /// Coefficient of determination, as scikit-learn's `r2_score`: where all labels are equal it is 1 for
  /// exact predictions and else 0; it needs two rows.
  case r2
  /// Mean absolute error.
  case mae
  /// Spark's explained variance: the mean of (prediction - mean label) squared.
  case `var`
  /// Mean absolute percentage error as a fraction, as scikit-learn's `mean_absolute_percentage_error`.
  case mape
  /// Symmetric mean absolute percentage error, a fraction from 0 to 2: the mean of
  /// 2 |label - prediction| / (|label| + |prediction|), where 0 / 0 is 0.
  case smape

  // MARK: Forecasting

  /// Mean absolute scaled error: the mean absolute error over that of the seasonal naive forecast within the
  /// training (Hyndman and Koehler 2006). Below 1 is better than that.
  case mase

  // MARK: Classification

  /// The share of examples whose class is predicted.
  case accuracy
  /// Precision of each class, weighted by the share of examples of that class: Spark's `weightedPrecision`. A class
  /// that is never predicted has precision 0.
  case precision
  /// Spark's `weightedRecall`, which equals the accuracy.
  case recall
  /// Spark's `f1`: that of each class, weighted by its share.
  case f1
  /// Mean of -log of the probability of the true class, which counts as at least 1e-15, as Spark's `logLoss`.
  /// Needs probabilities.
  case logLoss = "log_loss"
  /// Area under the receiver operating characteristic of class 1. With more than two classes that of each class
  /// against the rest, weighted by its share: scikit-learn's `roc_auc_score(multi_class="ovr", average="weighted")`.
  /// Needs examples of two classes.
  case areaUnderROC = "area_under_roc"
  /// Area under the precision-recall curve of class 1 by Spark's trapezoids, the first from recall 0 with the
  /// precision of the first point; with more classes weighted as for `areaUnderROC`. Spark's evaluator thins
  /// its curve to 1000 points; here all points count (its `numBins: 0`).
  case areaUnderPR = "area_under_pr"
  /// The same curve by steps: scikit-learn's `average_precision_score`.
  case averagePrecision = "average_precision"

  /// How many examples of each class were predicted to be of each class: no number, so that nothing can be chosen by it.
  case confusionMatrix = "confusion_matrix"

  // MARK: Clustering

  /// Spark's silhouette with squared Euclidean distances, from -1 to 1. Needs two clusters with examples.
  case silhouette
  /// Sum of squared distances of the examples from the mean of those in their cluster: of the training of a k-means
  /// that converged, scikit-learn's `inertia_` and Spark's `trainingCost`.
  case inertia

  /// Whether merged statistics give it; the others need the rows once more, after training.
  package var isMergeable: Bool {
    switch self {
    case .rmse, .mse, .r2, .var: true
    default: false
    }
  }

  /// Whether it is one number.
  package var isNumber: Bool { self != .confusionMatrix }

  /// Whether of two values the larger one is the better.
  package var largerIsBetter: Bool {
    switch self {
    case .rmse, .mse, .mae, .mape, .smape, .mase, .logLoss, .inertia, .confusionMatrix: false
    case .r2, .var, .accuracy, .precision, .recall, .f1, .areaUnderROC, .areaUnderPR,
      .averagePrecision, .silhouette:
      true
    }
  }

  /// The first of the best values; values that are nil or NaN are worse than all others, and where there are no
  /// others there is no best.
  package func indexOfBest(_ values: [Double?]) -> Int? {
    var best: (index: Int, value: Double)?
    for (index, value) in values.enumerated() {
      guard let value, !value.isNaN else { continue }
      guard let known = best?.value else {
        best = (index, value)
        continue
      }
      if largerIsBetter ? value > known : value < known { best = (index, value) }
    }
    return best?.index
  }
}
