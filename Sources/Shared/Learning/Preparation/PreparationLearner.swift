/// Learns how the features of one group after the other are to be prepared, in memory that it keeps.
struct PreparationLearner: ~Copyable {
  private let imputation: FeaturePreparation.Imputation
  private let scaling: FeaturePreparation.Scaling
  private var values = WorkingMemory<Double>()
  private var sorting = ValueSort()

  init(
    imputation: FeaturePreparation.Imputation, scaling: FeaturePreparation.Scaling
  ) {
    self.imputation = imputation
    self.scaling = scaling
  }

  /// Learns from examples whose nulls are NaN; the label is not looked at. Rows of weight 0 are left out; of the others all
  /// count once whatever their weight, as in Spark's `Imputer` and `StandardScaler`.
  ///
  /// Of categories the most frequent one stands for nulls unless `imputation` is `none`; without a replacement a null
  /// category is as one that training has not seen: all zeros. A feature that is null in all rows counts as 0.
  ///
  /// Throws `notFinite` when a mean or a scale leaves the range of doubles.
  /// - Complexity: O(rows * features), and for categories, medians and modes O(rows log rows) a feature where rows are few.
  mutating func learn(
    _ examples: Examples, categories: FeaturePreparation.CategoryEncoding
  ) throws(TrainingError) -> FeaturePreparation {
    var features: [PreparedFeature] = []
    var counts: [Int32] = []
    features.reserveCapacity(examples.features.count)
    counts.reserveCapacity(examples.features.count)
    for feature in examples.features.indices {
      let isCategory = examples.categoryCount(feature) > 0
      counts.append(isCategory ? examples.categoryCounts?[feature] ?? 0 : 0)
      let present = take(examples, feature)
      features.append(
        isCategory
          ? category(present: present.values, categories)
          : try number(present: present.values, nullCount: present.nullCount))
    }
    return FeaturePreparation(features: features, categoryCounts: counts)
  }

  /// Copies the values of a feature in the rows that count and are not null; behind them is room for the nulls.
  private mutating func take(
    _ examples: Examples, _ feature: Int
  ) -> (values: UnsafeMutableBufferPointer<Double>, nullCount: Int) {
    let column = examples.features[feature]
    let values = values.reserve(examples.rowCount)
    var count = 0
    var nullCount = 0
    for row in 0..<examples.rowCount where examples.weight(row) > 0 {
      if column[row].isNaN {
        nullCount += 1
      } else {
        values[count] = column[row]
        count += 1
      }
    }
    return (UnsafeMutableBufferPointer(start: values, count: count), nullCount)
  }

  private mutating func number(
    present: UnsafeMutableBufferPointer<Double>, nullCount: Int
  ) throws(TrainingError) -> PreparedFeature {
    let replacement = replacement(UnsafeBufferPointer(present))
    guard imputation == .none || replacement.isFinite else { throw .notFinite }
    var filled = UnsafeBufferPointer(present)
    if imputation != .none, let base = present.baseAddress {
      // Rows whose null is filled in are among those that are scaled.
      for row in 0..<nullCount { base[present.count + row] = replacement }
      filled = UnsafeBufferPointer(start: base, count: present.count + nullCount)
    }
    let (center, scale, shift) = try scale(filled)
    guard center.isFinite, scale.isFinite else { throw .notFinite }
    return .number(replacement: replacement, center: center, scale: scale, shift: shift)
  }

  private func scale(
    _ filled: UnsafeBufferPointer<Double>
  ) throws(TrainingError) -> (center: Double, scale: Double, shift: Double) {
    switch scaling {
    case .none: return (0, 1, 0)
    case .standard:
      let center = ColumnSums.mean(filled)
      let squares = ColumnSums.squares(filled, around: center)
      let deviation = filled.count > 1 ? (squares / Double(filled.count - 1)).squareRoot() : 0
      guard deviation.isFinite else { throw .notFinite }
      let isConstant = deviation <= 2 * Double.ulpOfOne * center.magnitude
      return (center, isConstant ? 0 : 1 / deviation, 0)
    case .minmax:
      let (least, largest) = (filled.min() ?? 0, filled.max() ?? 0)
      guard (largest - least).isFinite else { throw .notFinite }
      return largest > least ? (least, 1 / (largest - least), 0) : (least, 0, 0.5)
    }
  }

  private mutating func category(
    present: UnsafeMutableBufferPointer<Double>, _ encoding: FeaturePreparation.CategoryEncoding
  ) -> PreparedFeature {
    let sorted = sort(UnsafeBufferPointer(present))
    let replacement = imputation == .none ? .nan : Self.mode(sorted, present.count)
    if encoding == .code { return .code(replacement: replacement) }
    var codes: [Int32] = []
    for position in present.indices {
      guard let code = Int32(exactly: ValueSort.value(sorted[position])), code != codes.last
      else { continue }
      codes.append(code)
    }
    if encoding == .indicatorsButLast { _ = codes.popLast() }
    return .indicators(codes: codes, replacement: replacement)
  }

  /// What stands for nulls; NaN for none.
  private mutating func replacement(_ present: UnsafeBufferPointer<Double>) -> Double {
    switch imputation {
    case .none: return .nan
    case .mean: return ColumnSums.mean(present)
    case .median: return Self.median(sort(present), present.count)
    case .mode: return Self.mode(sort(present), present.count)
    }
  }

  private mutating func sort(
    _ values: UnsafeBufferPointer<Double>
  ) -> UnsafePointer<UInt64> {
    sorting.sort(UnsafePointer(self.values.base), count: values.count)
  }

  /// 0 of nothing.
  private static func median(_ sorted: UnsafePointer<UInt64>, _ count: Int) -> Double {
    if count == 0 { return 0 }
    let upper = ValueSort.value(sorted[count / 2])
    return count % 2 == 1 ? upper : 0.5 * ValueSort.value(sorted[count / 2 - 1]) + 0.5 * upper
  }

  /// The most frequent value, of several the least; 0 of nothing.
  private static func mode(_ sorted: UnsafePointer<UInt64>, _ count: Int) -> Double {
    var best = (key: ValueSort.key(0), count: 0)
    var start = 0
    for position in 0..<count {
      if sorted[position] != sorted[start] { start = position }
      if position - start + 1 > best.count { best = (sorted[position], position - start + 1) }
    }
    return ValueSort.value(best.key)
  }
}
