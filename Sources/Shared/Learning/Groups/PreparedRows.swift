/// Learns what becomes of the features of one set of rows after the other, and applies it to them, in memory that it keeps.
///
/// Unsafe: the views that it returns are valid until the next ones are asked for and as long as it lives.
struct PreparedRows: ~Copyable {
  /// 1 GiB: more doubles would have to be asked of the executor's budget.
  private static let mostValues = 1 << 27

  /// Whether numbers change.
  private let changesNumbers: Bool
  private var learner: PreparationLearner
  private var values = WorkingMemory<Double>()
  private var columns = WorkingMemory<UnsafePointer<Double>>()
  private var categoryCounts = WorkingMemory<Int32>()

  init(
    imputation: FeaturePreparation.Imputation, scaling: FeaturePreparation.Scaling
  ) {
    changesNumbers = imputation != .none || scaling != .none
    learner = PreparationLearner(imputation: imputation, scaling: scaling)
  }

  /// The examples as a learner with this encoding takes them: what is learned on the rows for training is applied to all.
  /// Nothing is learned or copied where all would stay as it is.
  ///
  /// Throws `notFinite` where features cannot be scaled, and `tooManyColumns`.
  /// - Complexity: O(rows * columns), for medians and modes O(rows log rows) a feature.
  mutating func prepare(
    _ examples: GroupExamples, for encoding: FeaturePreparation.CategoryEncoding
  ) throws(TrainingError) -> (GroupExamples, FeaturePreparation?) {
    guard changesNumbers || (encoding != .code && examples.hasCategories) else {
      return (examples, nil)
    }
    let preparation = try learner.learn(examples.training, categories: encoding)
    return (try apply(preparation, to: examples), preparation)
  }

  private mutating func apply(
    _ preparation: FeaturePreparation, to examples: GroupExamples
  ) throws(TrainingError) -> GroupExamples {
    let columnCount = preparation.columnCount
    let rowCount = examples.rowCount
    let (size, overflow) = columnCount.multipliedReportingOverflow(by: rowCount)
    guard !overflow, size <= max(Self.mostValues, examples.features.count * rowCount) else {
      throw .tooManyColumns(count: columnCount, rowCount: rowCount)
    }
    let values = values.reserve(size)
    preparation.apply(examples.all, into: values, stride: rowCount)
    let columns = columns.reserve(columnCount)
    let categoryCounts = categoryCounts.reserve(columnCount)
    for (column, count) in preparation.columnCategoryCounts.enumerated() {
      columns[column] = UnsafePointer(values + column * rowCount)
      categoryCounts[column] = count
    }
    return examples.replacing(
      features: UnsafeBufferPointer(start: columns, count: columnCount),
      categoryCounts: UnsafePointer(categoryCounts))
  }
}
