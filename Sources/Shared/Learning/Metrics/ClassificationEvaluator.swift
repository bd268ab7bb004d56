import Glibc

/// Measures the predictions of one classification after the other, in memory that it keeps.
package struct ClassificationEvaluator {
  private let needsLogLoss: Bool
  private let needsCurves: Bool
  /// The areas under curves of precision, besides the one of true and false positives.
  private let needsPrecisionCurves: Bool
  private let needsConfusion: Bool
  /// Weight of the examples of each class, of those predicted to be of it, and of those that are both.
  private var actual: [Double] = []
  private var predicted: [Double] = []
  private var correct: [Double] = []
  private var ranking = RankingCurves()

  /// - Parameter metrics: what is computed besides what costs nothing; the curves sort the examples once a class.
  package init(metrics: [Metric]) {
    needsLogLoss = metrics.contains(.logLoss)
    needsConfusion = metrics.contains(.confusionMatrix)
    needsPrecisionCurves = metrics.contains(.areaUnderPR) || metrics.contains(.averagePrecision)
    needsCurves = needsPrecisionCurves || metrics.contains(.areaUnderROC)
  }

  /// How far predictions are from the labels of `examples`, whose weights count.
  ///
  /// The predicted class is the one of the largest probability or score, of equal ones the first. An example whose
  /// label is no class, 0..<max(classes of the output, of the examples), is left out.
  /// - Parameter predictions: `output.width` doubles for each example, row after row.
  /// - Complexity: O(rows * classes), with curves O(classes * rows * log rows).
  package mutating func errors(
    of predictions: UnsafePointer<Double>, output: ModelOutput, examples: Examples
  ) -> ClassificationErrors {
    let width = output.width
    let classCount = max(width, examples.classCount)
    reset(classCount: classCount)
    var errors = ClassificationErrors()
    var weightSum = 0.0
    var losses = 0.0
    if classCount == 2, width == 2 {
      let sums = BinaryClassificationSums(predictions: predictions, examples: examples)
      errors.count = sums.count
      weightSum = sums.weight
      losses = sums.logLoss
      (actual[0], actual[1]) = (sums.weight - sums.actual, sums.actual)
      (predicted[0], predicted[1]) = (sums.weight - sums.predicted, sums.predicted)
      correct[0] = sums.weight - sums.actual - (sums.predicted - sums.correct)
      correct[1] = sums.correct
    } else {
      (errors.count, weightSum) = count(predictions, width: width, classCount, examples)
      if needsLogLoss { losses = logLoss(predictions, width: width, classCount, examples) }
    }
    guard errors.count > 0 else { return errors }
    for label in 0..<classCount where actual[label] > 0 {
      let share = actual[label] / weightSum
      errors.accuracy += correct[label] / weightSum
      if predicted[label] > 0 { errors.precision += share * (correct[label] / predicted[label]) }
      // 2 p r / (p + r), of counts.
      errors.f1 += share * (2 * correct[label] / (actual[label] + predicted[label]))
    }
    if needsConfusion, classCount <= ConfusionMatrix.mostClasses {
      errors.confusion = ConfusionMatrix(
        predictions: predictions, output: output, examples: examples)
    }
    if needsLogLoss, case .probabilities = output {
      errors.logLoss = losses / weightSum
    }
    if needsCurves {
      addCurves(predictions, output, classCount, examples, weightSum, to: &errors)
    }
    return errors
  }

  /// Sets the weights of the classes; the examples and their weight.
  private mutating func count(
    _ predictions: UnsafePointer<Double>, width: Int, _ classCount: Int, _ examples: Examples
  ) -> (count: Int64, weight: Double) {
    var count: Int64 = 0
    var weightSum = 0.0
    for row in 0..<examples.rowCount {
      let weight = examples.weight(row)
      guard weight > 0, let label = classIndex(examples.label[row], below: classCount) else {
        continue
      }
      let choice = indexOfLargest(predictions + row * width, count: width)
      count += 1
      weightSum += weight
      actual[label] += weight
      predicted[choice] += weight
      if choice == label { correct[label] += weight }
    }
    return (count, weightSum)
  }

  private mutating func reset(classCount: Int) {
    if actual.count != classCount {
      actual = Array(repeating: 0, count: classCount)
      predicted = actual
      correct = actual
      return
    }
    for label in 0..<classCount {
      actual[label] = 0
      predicted[label] = 0
      correct[label] = 0
    }
  }

  /// The sum of -log of the probabilities of the true classes.
  private func logLoss(
    _ predictions: UnsafePointer<Double>, width: Int, _ classCount: Int, _ examples: Examples
  ) -> Double {
    let smallest = BinaryClassificationSums.leastProbability
    var sum = 0.0
    for row in 0..<examples.rowCount {
      let weight = examples.weight(row)
      guard weight > 0, let label = classIndex(examples.label[row], below: classCount) else {
        continue
      }
      // A class that the model does not know has no probability.
      let probability = label < width ? predictions[row * width + label] : 0
      sum -= weight * log(min(max(probability, smallest), 1 - smallest))
    }
    return sum
  }

  /// Sets the areas: of class 1 where there are two, else the average over the classes weighted by their shares.
  private mutating func addCurves(
    _ predictions: UnsafePointer<Double>, _ output: ModelOutput, _ classCount: Int,
    _ examples: Examples, _ weightSum: Double, to errors: inout ClassificationErrors
  ) {
    let width = output.width
    if classCount == 2, width == 2 {
      switch output {
      // Scores need not be symmetric: their difference ranks.
      case .scores:
        ranking.fill(examples, positive: 1) { predictions[2 * $0 + 1] - predictions[2 * $0] }
      default: ranking.fill(examples, positive: 1) { predictions[2 * $0 + 1] }
      }
      guard needsPrecisionCurves else {
        errors.areaUnderROC = ranking.areaUnderROC()
        return
      }
      let areas = ranking.areas()
      errors.areaUnderROC = areas?.underROC
      errors.areaUnderPR = areas?.underPR
      errors.averagePrecision = areas?.averagePrecision
      return
    }
    var sums = RankingCurves.Areas(underROC: 0, underPR: 0, averagePrecision: 0)
    for label in 0..<classCount where actual[label] > 0 {
      // What the model does not know it ranks nowhere: all examples are equal.
      ranking.fill(examples, positive: label) {
        label < width ? predictions[$0 * width + label] : 0
      }
      guard let areas = ranking.areas() else { return }
      let share = actual[label] / weightSum
      sums.underROC += share * areas.underROC
      sums.underPR += share * areas.underPR
      sums.averagePrecision += share * areas.averagePrecision
    }
    errors.areaUnderROC = sums.underROC
    errors.areaUnderPR = sums.underPR
    errors.averagePrecision = sums.averagePrecision
  }
}

/// The index of the class that a label is; nil where it is none.
@inline(__always)
func classIndex(_ label: Double, below classCount: Int) -> Int? {
  guard label >= 0, label < Double(classCount) else { return nil }
  return Int(label)
}

/// The index of the largest value, of equal ones the first; 0 where all are NaN.
@inline(__always)
func indexOfLargest(_ values: UnsafePointer<Double>, count: Int) -> Int {
  var best = 0
  for index in 1..<max(count, 1) where values[index] > values[best] { best = index }
  return best
}
