/// Says how much each feature matters to one model after the other, in memory that it keeps.
///
/// A feature that became several columns has what they have together.
struct ModelExplainer: ~Copyable {
  /// scikit-learn's `n_repeats`.
  private static let permutationCount = 5
  /// Of the SHAP values that are there at a time, if they are more than those of one row.
  private static let mostShapleyValues = 1 << 16

  private let explanations: [Explanation]
  private let metric: Metric
  private let seed: Int64
  private var arranged = ArrangedRows()
  private var rows: [Int] = []
  private var order: [Int] = []
  private var columns = WorkingMemory<UnsafePointer<Double>>()
  private var values = WorkingMemory<Double>()

  /// - Parameter metric: what permutations are measured by.
  init(_ explanations: [Explanation], metric: Metric, seed: Int64) {
    self.explanations = explanations
    self.metric = metric
    self.seed = seed
  }

  /// Of models that know no features.
  var noImportances: [[Double]?] { explanations.map { _ in nil } }

  /// For each explanation one value a feature, or nil where the model has none.
  ///
  /// Permutations and SHAP values are those of the rows held out, where there are any, and else of those for training.
  /// - Parameter examples: as the model sees them.
  mutating func importances(
    of model: any Model, featureCount: Int, _ preparation: FeaturePreparation?,
    _ examples: GroupExamples, _ measurement: inout ModelMeasurement
  ) -> [[Double]?] {
    if explanations.isEmpty { return [] }
    let features = preparation?.columnFeatures ?? Array(0..<featureCount)
    let explained = explainedRows(examples)
    return explanations.map { explanation in
      switch explanation {
      case .gain:
        (model as? any FeatureImportanceModel).map {
          Self.sums($0.featureImportances, features, featureCount: featureCount)
        }
      case .permutation:
        permutationImportances(
          of: model, features, featureCount: featureCount, explained, &measurement)
      case .shap:
        (model as? any ShapleyModel).flatMap {
          shapleyImportances(of: $0, features, featureCount: featureCount, explained)
        }
      }
    }
  }

  /// Those that count, held out or else for training.
  private mutating func explainedRows(_ examples: GroupExamples) -> Examples {
    let range =
      examples.testCount > 0
      ? examples.trainCount..<examples.rowCount : 0..<examples.trainCount
    rows.removeAll(keepingCapacity: true)
    for row in range where examples.training.weight(row) > 0 { rows.append(row) }
    let copy = arranged.copy(examples, rows: rows, trainCount: rows.count)
    return Examples(
      features: copy.features, label: copy.label, rowCount: rows.count, weights: copy.weights,
      categoryCounts: copy.categoryCounts, classCount: copy.knownClassCount)
  }

  /// What the columns of each feature have together.
  private static func sums(
    _ columnValues: [Double], _ features: [Int], featureCount: Int
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: featureCount)
    for (value, feature) in zip(columnValues, features) { sums[feature] += value }
    return sums
  }
}

// MARK: Permutations

extension ModelExplainer {
  /// How much worse the metric is with the values of a feature shuffled among the rows, in the mean over five shuffles
  /// (Breiman, "Random forests", 2001, section 10; scikit-learn's `permutation_importance`). Above 0 for a feature that
  /// helps.
  ///
  /// Shuffles of feature j come from stream j of the seed. To shuffle a feature before it is prepared is to shuffle its columns
  /// alike, since preparing looks at one row at a time.
  /// - Complexity: that of five predictions of all rows for each feature.
  private mutating func permutationImportances(
    of model: any Model, _ features: [Int], featureCount: Int, _ examples: Examples,
    _ measurement: inout ModelMeasurement
  ) -> [Double]? {
    guard
      let whole = measurement.errors(of: model, on: examples, judgedBy: examples)
        .value(of: metric), whole.isFinite
    else { return nil }
    var result: [Double] = []
    var first = 0
    for feature in 0..<featureCount {
      let end = features[first...].firstIndex { $0 != feature } ?? features.count
      var random = SeededRandom(seed: seed, stream: feature)
      var sum = 0.0
      // What became no column has no say.
      for _ in 0..<(first < end ? Self.permutationCount : 0) {
        let shuffled = shuffle(first..<end, of: examples, &random)
        guard
          let value = measurement.errors(of: model, on: shuffled, judgedBy: examples)
            .value(of: metric), !value.isNaN
        else { return nil }
        sum += metric.largerIsBetter ? whole - value : value - whole
      }
      result.append(sum / Double(Self.permutationCount))
      first = end
    }
    return result
  }

  /// The examples with some columns shuffled among the rows, all in the same way.
  private mutating func shuffle(
    _ shuffledColumns: Range<Int>, of examples: Examples, _ random: inout SeededRandom
  ) -> Examples {
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: 0..<examples.rowCount)
    // Fisher and Yates.
    for position in (1..<max(1, order.count)).reversed() {
      order.swapAt(position, random.index(below: position + 1))
    }
    let columns = columns.reserve(examples.features.count)
    var next = values.reserve(shuffledColumns.count * examples.rowCount)
    for column in examples.features.indices {
      let source = examples.features[column]
      guard shuffledColumns.contains(column) else {
        columns[column] = source
        continue
      }
      for (position, row) in order.enumerated() { next[position] = source[row] }
      columns[column] = UnsafePointer(next)
      next += examples.rowCount
    }
    return Examples(
      features: UnsafeBufferPointer(start: columns, count: examples.features.count),
      label: examples.label, rowCount: examples.rowCount, weights: examples.weights,
      categoryCounts: examples.categoryCounts, classCount: examples.classCount)
  }
}

// MARK: Shapley values

extension ModelExplainer {
  /// The weighted mean over the rows of the magnitude of each feature's SHAP value, summed over the outputs, as the bars of
  /// the package `shap` are. Nil where no row or no output is explained.
  private mutating func shapleyImportances(
    of model: any ShapleyModel, _ features: [Int], featureCount: Int, _ examples: Examples
  ) -> [Double]? {
    let columnCount = features.count
    let outputCount = model.explainedOutputCount
    guard examples.rowCount > 0, outputCount > 0 else { return nil }
    let columns = columns.reserve(columnCount)
    let rowWidth = outputCount * columnCount
    let blockSize = min(examples.rowCount, max(1, Self.mostShapleyValues / max(1, rowWidth)))
    let values = values.reserve(blockSize * rowWidth)
    var sums = [Double](repeating: 0, count: featureCount)
    var weightSum = 0.0
    for start in stride(from: 0, to: examples.rowCount, by: blockSize) {
      let count = min(blockSize, examples.rowCount - start)
      for column in 0..<columnCount { columns[column] = examples.features[column] + start }
      model.shapleyValues(
        Examples(
          features: UnsafeBufferPointer(start: columns, count: columnCount),
          label: examples.label + start, rowCount: count,
          categoryCounts: examples.categoryCounts),
        into: values)
      for row in 0..<count {
        let weight = examples.weight(start + row)
        weightSum += weight
        for output in 0..<outputCount {
          let outputValues = values + (row * rowWidth + output * columnCount)
          var column = 0
          while column < columnCount {
            let feature = features[column]
            var sum = 0.0
            while column < columnCount, features[column] == feature {
              sum += outputValues[column]
              column += 1
            }
            sums[feature] += weight * sum.magnitude
          }
        }
      }
    }
    return sums.map { $0 / weightSum }
  }
}
