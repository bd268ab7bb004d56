/// Measures candidates on rows that they were not trained on, fold by fold, within the rows for training.
///
/// Belongs to one thread.
final class CrossValidation {
  /// Which rows a fold trains on and which it holds out.
  private enum Folds {
    case interleaved(CrossValidationFolds)
    case ordered(ExpandingWindows)
  }

  /// A fold of fewer rows says little of a trial.
  private static let fewestRows = 10

  private let fitting: CandidateFitting
  private let folds: Folds
  private let isSeries: Bool
  private var arranged = ArrangedRows()
  /// The rows that count.
  private var counted: [Int] = []
  private var rows: [Int] = []

  /// - Parameter foldCount: at least 2.
  init(_ training: GroupTraining, foldCount: Int, fitting: CandidateFitting) {
    self.fitting = fitting
    isSeries = training.kind == .forecasting
    folds =
      training.isOrdered || isSeries
      ? .ordered(ExpandingWindows(count: foldCount))
      : .interleaved(CrossValidationFolds(count: foldCount))
  }

  /// Takes the rows of the next group. Those of weight 0 are in no fold; a series has all of its rows.
  /// - Returns: the number of folds that hold out a row, which is less than asked for where there are few rows.
  func begin(_ examples: GroupExamples) -> Int {
    counted.removeAll(keepingCapacity: true)
    for row in 0..<examples.trainCount where isSeries || examples.training.weight(row) > 0 {
      counted.append(row)
    }
    return switch folds {
    case .interleaved(let folds): folds.usedCount(rowCount: counted.count)
    case .ordered(let folds): folds.usedCount(rowCount: counted.count)
    }
  }

  /// The mean of each metric over the folds that have a value of it; nil where none has. A fold that cannot be trained has none.
  func metrics(
    of trainers: LearnerTrainers, _ examples: GroupExamples, _ metrics: [Metric]
  ) -> [Double?] {
    var sums = [Double](repeating: 0, count: metrics.count)
    var counts = sums
    for fold in 0..<begin(examples) {
      guard let errors = try? errors(of: trainers, examples, fold: fold, share: 1) else {
        continue
      }
      for (index, metric) in metrics.enumerated() {
        guard let value = errors.value(of: metric), !value.isNaN else { continue }
        sums[index] += value
        counts[index] += 1
      }
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / $1 : nil }
  }

  /// How well the candidate predicts what a fold holds out when it is trained on a share of the fold's other rows.
  /// - Parameters:
  ///   - fold: less than what `begin` returned of these examples.
  ///   - share: above 0, up to 1.
  func errors(
    of trainers: LearnerTrainers, _ examples: GroupExamples, fold: Int, share: Double
  ) throws(TrainingError) -> PredictionErrors {
    var trainCount =
      switch folds {
      case .interleaved(let folds):
        folds.split(rowCount: counted.count, fold: fold, into: &rows)
      case .ordered(let folds):
        folds.split(rowCount: counted.count, fold: fold, into: &rows)
      }
    if share < 1 {
      let fewest = fewestRows(examples, season: trainers.forecasting?.learner.season ?? 1)
      trainCount = thin(trainCount, share: share, fewest: fewest)
    }
    for position in rows.indices { rows[position] = counted[rows[position]] }
    return try fitting.heldOutErrors(
      of: trainers, arranged.copyFold(examples, rows: rows, trainCount: trainCount))
  }

  /// What a share of the rows must have at least to be worth training on: two for each coefficient, two for each class, three
  /// seasons.
  private func fewestRows(_ examples: GroupExamples, season: Int) -> Int {
    isSeries
      ? max(Self.fewestRows, 3 * season)
      : max(Self.fewestRows, 2 * (examples.features.count + 1), 2 * examples.classCount)
  }

  /// Leaves only a share of the first `trainCount` of `rows`: evenly spaced ones in their order, of a series the last
  /// ones. Returns how many are left.
  private func thin(_ trainCount: Int, share: Double, fewest: Int) -> Int {
    let wanted = Int((share * Double(trainCount)).rounded(.up))
    let count = min(max(wanted, fewest), trainCount)
    guard count < trainCount else { return trainCount }
    if isSeries {
      rows.removeFirst(trainCount - count)
      return count
    }
    for position in 0..<count { rows[position] = rows[position * trainCount / count] }
    rows.removeSubrange(count..<trainCount)
    return count
  }
}
