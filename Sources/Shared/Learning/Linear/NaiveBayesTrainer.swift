import Glibc

/// Trains naive Bayes models from sums by class: one pass over each feature, for gaussian features two.
final class NaiveBayesTrainer: Trainer {
  private let learner: NaiveBayes
  private let featureCount: Int
  private var trained: NaiveBayesModel
  private var classSums = ClassSums()
  /// The sum of the weights of each class.
  private var classWeights: [Double] = []
  /// By class: the sums of the feature at hand and the squares of its deviations.
  private var sums: [Double] = []
  private var squares: [Double] = []

  init(_ learner: NaiveBayes, featureCount: Int) {
    self.learner = learner
    self.featureCount = featureCount
    trained = NaiveBayesModel(
      modelType: learner.modelType, priors: [0],
      first: Array(repeating: 0, count: featureCount),
      second: Array(repeating: 1, count: learner.modelType == .gaussian ? featureCount : 0))
  }

  var model: any Model { trained }

  func fit(_ examples: Examples) throws(TrainingError) {
    try countClasses(examples)
    switch learner.modelType {
    case .gaussian: try fitGaussian(examples)
    case .bernoulli: try fitBernoulli(examples)
    case .multinomial, .complement: try fitCounts(examples)
    }
  }

  private func countClasses(_ examples: Examples) throws(TrainingError) {
    let classCount = examples.classCount
    for row in 0..<examples.rowCount {
      let label = examples.label[row]
      guard label >= 0, label < Double(classCount), label == label.rounded(.down) else {
        throw .labelIsNoClass(label, classCount: classCount)
      }
    }
    guard classCount > 0, examples.rowCount > 0 else { throw .noExamples }
    classSums.begin(rowCount: examples.rowCount, classCount: classCount)
    classSums.assign { row in
      // Checked above.
      (index: Int(examples.label[row]), weight: examples.weight(row))
    }
    classWeights = classSums.weights
    var total = 0.0
    for weight in classWeights { total += weight }
    guard total > 0 else { throw .noExamples }
    guard total.isFinite else { throw .notFinite }
    if sums.count != classCount {
      sums = Array(repeating: 0, count: classCount)
      squares = sums
    }
  }

  /// Sets the sum of weight times value for each class.
  private func addSums(_ column: UnsafePointer<Double>) {
    sums.withUnsafeMutableBufferPointer { classSums.add(column, into: $0.baseAddress!) }
  }

  /// The first row with a weight above 0 whose value is none that `isAllowed`.
  private func check(
    _ examples: Examples, feature: Int, needed: String, _ isAllowed: (Double) -> Bool
  ) throws(TrainingError) {
    let column = examples.features[feature]
    for row in 0..<examples.rowCount
    where !isAllowed(column[row]) && examples.weight(row) > 0 {
      if column[row].isInfinite { throw .notFinite }
      throw .featureOutOfRange(feature: feature, value: column[row], needed: needed)
    }
  }
}

// MARK: Counts

extension NaiveBayesTrainer {
  private func fitCounts(_ examples: Examples) throws(TrainingError) {
    let classCount = classWeights.count
    var counts = [Double](repeating: 0, count: classCount * featureCount)
    for feature in 0..<featureCount {
      try check(examples, feature: feature, needed: "at least 0") { $0 >= 0 && $0.isFinite }
      addSums(examples.features[feature])
      for index in 0..<classCount { counts[index * featureCount + feature] = sums[index] }
    }
    guard counts.allSatisfy(\.isFinite) else { throw .notFinite }
    let isComplement = learner.modelType == .complement
    if isComplement { complement(&counts) }
    for index in 0..<classCount {
      let range = index * featureCount..<(index + 1) * featureCount
      var total = 0.0
      for count in counts[range] { total += count }
      let denominator = log(total + Double(featureCount) * learner.smoothing)
      guard denominator.isFinite || featureCount == 0 else { throw .notFinite }
      for position in range {
        let likelihood = log(counts[position] + learner.smoothing) - denominator
        counts[position] = isComplement ? -likelihood : likelihood
      }
    }
    // As in scikit-learn and Spark, complements leave the priors out.
    trained = NaiveBayesModel(
      modelType: learner.modelType,
      priors: isComplement ? Array(repeating: 0, count: classCount) : smoothedPriors(),
      first: counts, second: [])
  }

  /// Replaces the counts of each class by those of all others.
  private func complement(_ counts: inout [Double]) {
    let classCount = classWeights.count
    for feature in 0..<featureCount {
      var total = 0.0
      for index in 0..<classCount { total += counts[index * featureCount + feature] }
      for index in 0..<classCount {
        let position = index * featureCount + feature
        counts[position] = max(0, total - counts[position])
      }
    }
  }

  private func smoothedPriors() -> [Double] {
    var total = 0.0
    for weight in classWeights { total += weight }
    let denominator = log(total + Double(classWeights.count) * learner.smoothing)
    return classWeights.map { log($0 + learner.smoothing) - denominator }
  }
}

// MARK: Zeros and ones

extension NaiveBayesTrainer {
  private func fitBernoulli(_ examples: Examples) throws(TrainingError) {
    let classCount = classWeights.count
    var coefficients = [Double](repeating: 0, count: classCount * featureCount)
    var priors = smoothedPriors()
    for feature in 0..<featureCount {
      try check(examples, feature: feature, needed: "0 or 1") { $0 == 0 || $0 == 1 }
      addSums(examples.features[feature])
      for index in 0..<classCount {
        let denominator = log(classWeights[index] + 2 * learner.smoothing)
        let one = log(sums[index] + learner.smoothing) - denominator
        let zero =
          log(max(0, classWeights[index] - sums[index]) + learner.smoothing) - denominator
        // All zeros are the starting point, from which a one differs.
        priors[index] += zero
        coefficients[index * featureCount + feature] = one - zero
      }
    }
    trained = NaiveBayesModel(
      modelType: .bernoulli, priors: priors, first: coefficients, second: [])
  }
}

// MARK: Normal distributions

extension NaiveBayesTrainer {
  /// The share of the largest variance of a feature that is added to all of them, as in Spark and scikit-learn.
  private static let varianceShare = 1e-9

  private func fitGaussian(_ examples: Examples) throws(TrainingError) {
    let classCount = classWeights.count
    var means = [Double](repeating: 0, count: classCount * featureCount)
    var variances = means
    var total = 0.0
    for weight in classWeights { total += weight }
    var largest = 0.0
    for feature in 0..<featureCount {
      let column = examples.features[feature]
      addSums(column)
      var sum = 0.0
      for index in 0..<classCount {
        sum += sums[index]
        if classWeights[index] > 0 { sums[index] /= classWeights[index] }
      }
      let mean = sum / total
      addSquaredDeviations(column)
      var variance = 0.0
      for index in 0..<classCount where classWeights[index] > 0 {
        let position = index * featureCount + feature
        means[position] = sums[index]
        variances[position] = squares[index] / classWeights[index]
        let distance = sums[index] - mean
        variance += (squares[index] + classWeights[index] * distance * distance) / total
      }
      guard variance.isFinite, mean.isFinite else { throw .notFinite }
      largest = max(largest, variance)
    }
    // Features that are all constant have no scale; any will do, and the priors decide.
    let added = largest > 0 ? Self.varianceShare * largest : Self.varianceShare
    for position in variances.indices {
      variances[position] = max(variances[position] + added, .leastNormalMagnitude)
    }
    let logarithm = log(total)
    trained = NaiveBayesModel(
      modelType: .gaussian, priors: classWeights.map { log($0) - logarithm }, first: means,
      second: variances)
  }

  /// Sets the sum of the weighted squared distances from the mean of each class, which `sums` holds.
  private func addSquaredDeviations(_ column: UnsafePointer<Double>) {
    squares.withUnsafeMutableBufferPointer { squares in
      sums.withUnsafeBufferPointer { means in
        classSums.addSquares(column, from: means.baseAddress!, into: squares.baseAddress!)
      }
    }
  }
}
