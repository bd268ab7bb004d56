/// What trees are to predict, in the form that a criterion works on. Keeps its memory from fit to fit.
protocol TreeTarget: ~Copyable {
  associatedtype Criterion: SplitCriterion

  /// The number of classes of the labels; 0 for numbers.
  var classCount: Int { get }

  /// Takes the labels of the examples, which stay where they are until the last tree is grown.
  mutating func load(_ examples: Examples, _ selected: SelectedRows) throws(TrainingError)

  /// The criterion for a tree of the sample, whose rows are `rows`.
  mutating func criterion(_ sample: RowSample, rows: UnsafePointer<Int32>) -> Criterion
}

/// Numbers as labels.
struct RegressionTarget: TreeTarget, ~Copyable {
  var classCount: Int { 0 }
  private var selected: SelectedRows?
  private var labels: UnsafePointer<Double>?
  private var rowCount = 0
  private var center = 0.0
  private var labelScale = 1.0
  // Vectors, since the criterion reads these in vectors.
  private var statistics = WorkingMemory<SIMD4<Double>>()

  mutating func load(_ examples: Examples, _ selected: SelectedRows) throws(TrainingError) {
    try load(examples.label, rowCount: examples.rowCount, selected)
  }

  /// - Throws: where the labels are so large that a sum of the predictions of many trees leaves the range of doubles.
  mutating func load(
    _ labels: UnsafePointer<Double>, rowCount: Int, _ selected: SelectedRows
  ) throws(TrainingError) {
    var (weight, sum) = (0.0, 0.0)
    for position in 0..<selected.count {
      let row = Int(selected.rows[position])
      let rowWeight = selected.weight(row)
      weight += rowWeight
      sum += rowWeight * labels[row]
    }
    center = sum / weight
    var largest = 0.0
    for position in 0..<selected.count {
      let distance = (labels[Int(selected.rows[position])] - center).magnitude
      largest = distance > largest ? distance : largest
    }
    guard ((center.magnitude + largest) * 0x1p14).isFinite else { throw .notFinite }
    labelScale =
      largest > 0 ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    self.labels = labels
    self.rowCount = rowCount
    self.selected = selected
  }

  mutating func criterion(
    _ sample: RowSample, rows: UnsafePointer<Int32>
  ) -> VarianceCriterion {
    guard let selected, let labels else { preconditionFailure("no labels are loaded") }
    let isWeighted = selected.weights != nil
    let vectors = statistics.reserve(isWeighted ? rowCount : (rowCount + 1) / 2)
    let statistics = UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
    for position in 0..<sample.count {
      let row = Int(rows[position])
      let count = sample.counts?[row] ?? 1
      let weight = count * selected.weight(row)
      let label = (labels[row] - center) / labelScale
      if isWeighted {
        vectors[row] = SIMD4(weight, weight * label, count, 0)
      } else {
        statistics[2 &* row] = weight
        statistics[2 &* row &+ 1] = weight * label
      }
    }
    return VarianceCriterion(
      statistics: statistics, labels: labels, isWeighted: isWeighted, center: center,
      labelScale: labelScale, weightScale: selected.weightScale)
  }
}

/// Classes as labels.
struct ClassTarget: TreeTarget, ~Copyable {
  private let impurity: ClassImpurityName
  private var selected: SelectedRows?
  private(set) var classCount = 0
  private var rowCount = 0
  private var classes = WorkingMemory<Int32>()
  private var weights = WorkingMemory<Double>()
  private var counts = WorkingMemory<Double>()
  private var left = WorkingMemory<Double>()

  init(impurity: ClassImpurityName) { self.impurity = impurity }

  /// - Throws: where a label is no class.
  mutating func load(_ examples: Examples, _ selected: SelectedRows) throws(TrainingError) {
    classCount = examples.classCount
    rowCount = examples.rowCount
    let classes = classes.reserve(rowCount)
    for position in 0..<selected.count {
      let row = Int(selected.rows[position])
      guard let label = Int32(exactly: examples.label[row]), label >= 0, label < classCount
      else {
        throw .labelIsNoClass(examples.label[row], classCount: classCount)
      }
      classes[row] = label
    }
    self.selected = selected
  }

  mutating func criterion(
    _ sample: RowSample, rows: UnsafePointer<Int32>
  ) -> ClassCriterion {
    guard let selected else { preconditionFailure("no labels are loaded") }
    let weights = weights.reserve(rowCount)
    let counts = counts.reserve(rowCount)
    for position in 0..<sample.count {
      let row = Int(rows[position])
      let count = sample.counts?[row] ?? 1
      counts[row] = count
      weights[row] = count * selected.weight(row)
    }
    return ClassCriterion(
      impurity: impurity, classCount: classCount, classes: classes.base, weights: weights,
      counts: counts,
      isWeighted: selected.weights != nil, weightScale: selected.weightScale,
      left: left.reserve(classCount))
  }
}
