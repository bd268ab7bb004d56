/// The sums over examples of two classes that most metrics are functions of, eight examples at a time.
///
/// The sums stay in registers, and no branch depends on a label, which would be guessed wrongly half of the time.
struct BinaryClassificationSums {
  /// Probabilities count as at least so much, as Spark's `logLoss`.
  static let leastProbability = 1e-15

  private(set) var count: Int64
  private(set) var weight: Double
  /// The weight of the examples of class 1, of those predicted to be of it, and of those that are both.
  private(set) var actual: Double
  private(set) var predicted: Double
  private(set) var correct: Double
  /// The sum of weight times -log of the probability of the true class.
  private(set) var logLoss: Double

  /// Unsafe: `predictions` has two doubles for each example. Examples of a weight of 0, or whose label is neither 0 nor 1,
  /// are left out.
  /// Of predictions that are no probabilities the log loss has no meaning.
  init(predictions: UnsafePointer<Double>, examples: Examples) {
    let (zero, one) = (SIMD8<Double>.zero, SIMD8<Double>(repeating: 1))
    let least = SIMD8(repeating: Self.leastProbability)
    let most = SIMD8(repeating: 1 - Self.leastProbability)
    var (count, weight, actual, predicted, correct, logs) = (zero, zero, zero, zero, zero, zero)
    var row = 0
    while row < examples.rowCount {
      let length = min(LaneMemory.count, examples.rowCount &- row)
      let (first, second) = Self.load(predictions + 2 &* row, count: length)
      // Behind the last example there is none.
      let labels =
        length == LaneMemory.count
        ? LaneMemory.load(examples.label, row)
        : Self.padded(examples.label + row, count: length)
      var weights =
        examples.weights.map { LaneMemory.load($0, row, count: length) } ?? one
      let isOne = labels .== one
      weights.replace(with: zero, where: .!(isOne .| (labels .== zero)))
      count.replace(with: count + one, where: weights .> zero)
      weight += weights
      let isPredicted = second .> first
      actual.replace(with: actual + weights, where: isOne)
      predicted.replace(with: predicted + weights, where: isPredicted)
      correct.replace(with: correct + weights, where: isOne .& isPredicted)
      let probability = first.replacing(with: second, where: isOne)
      let clamped = probability.replacing(with: least, where: probability .< least)
        .replacing(with: most, where: probability .> most)
      // What is no number stays none.
      logs += weights * (probability * zero - ElementaryFunctions.log(clamped))
      row &+= LaneMemory.count
    }
    self.count = Int64(count.sum())
    self.weight = weight.sum()
    self.actual = actual.sum()
    self.predicted = predicted.sum()
    self.correct = correct.sum()
    logLoss = logs.sum()
  }

  /// The values of both classes.
  @inline(__always)
  private static func load(
    _ predictions: UnsafePointer<Double>, count: Int
  ) -> (SIMD8<Double>, SIMD8<Double>) {
    if count == LaneMemory.count {
      let pairs = UnsafeRawPointer(predictions).loadUnaligned(as: SIMD16<Double>.self)
      return (pairs.evenHalf, pairs.oddHalf)
    }
    var (first, second) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for lane in 0..<count {
      first[lane] = predictions[2 &* lane]
      second[lane] = predictions[2 &* lane &+ 1]
    }
    return (first, second)
  }

  private static func padded(_ labels: UnsafePointer<Double>, count: Int) -> SIMD8<Double> {
    var lanes = SIMD8<Double>(repeating: -1)
    for lane in 0..<count { lanes[lane] = labels[lane] }
    return lanes
  }
}
