/// Some rows of a group, copied side by side into memory that it keeps.
///
/// Unsafe: the views that it returns are valid until the next ones are asked for and as long as it lives.
struct ArrangedRows: ~Copyable {
  private var values = WorkingMemory<Double>()
  private var columns = WorkingMemory<UnsafePointer<Double>>()
  /// The number that each class gets.
  private var classes = WorkingMemory<Int>()

  /// These rows in this order, of which the first `trainCount` are for training.
  /// - Complexity: O(rows * features).
  mutating func copy(
    _ examples: GroupExamples, rows: [Int], trainCount: Int
  ) -> GroupExamples {
    let featureCount = examples.features.count
    let count = rows.count
    var next = values.reserve((featureCount + 2) * count)
    let columns = columns.reserve(featureCount)
    for feature in 0..<featureCount {
      columns[feature] = Self.copy(examples.features[feature], rows, to: &next)
    }
    return GroupExamples(
      features: UnsafeBufferPointer(start: columns, count: featureCount),
      categoryCounts: examples.categoryCounts,
      label: Self.copy(examples.label, rows, to: &next),
      weights: examples.weights.map { Self.copy($0, rows, to: &next) },
      trainCount: trainCount, testCount: count - trainCount, classCount: examples.classCount,
      knownClassCount: examples.knownClassCount)
  }

  private static func copy(
    _ column: UnsafePointer<Double>, _ rows: [Int],
    to next: inout UnsafeMutablePointer<Double>
  ) -> UnsafePointer<Double> {
    let target = next
    for (position, row) in rows.enumerated() { target[position] = column[row] }
    next += rows.count
    return UnsafePointer(target)
  }

  /// As `copy`, with classes numbered as for a group of these rows: first those of the rows for training, then those
  /// that only rows held out have, each in their order. So a model knows no class that it has not seen.
  mutating func copyFold(
    _ examples: GroupExamples, rows: [Int], trainCount: Int
  ) -> GroupExamples {
    let arranged = copy(examples, rows: rows, trainCount: trainCount)
    let classCount = examples.classCount
    guard classCount > 0 else { return arranged }
    let classes = classes.reserve(classCount)
    for index in 0..<classCount { classes[index] = 0 }
    for position in 0..<trainCount {
      if let label = classIndex(arranged.label[position], below: classCount) {
        classes[label] = 1
      }
    }
    var present = 0
    for index in 0..<classCount { present += classes[index] }
    guard present < classCount else { return arranged }
    var (seen, unseen) = (0, present)
    for index in 0..<classCount {
      if classes[index] == 1 {
        classes[index] = seen
        seen += 1
      } else {
        classes[index] = unseen
        unseen += 1
      }
    }
    // Labels lie behind the features.
    let labels = values.base + examples.features.count * rows.count
    for position in rows.indices {
      if let label = classIndex(labels[position], below: classCount) {
        labels[position] = Double(classes[label])
      }
    }
    return GroupExamples(
      features: arranged.features, categoryCounts: arranged.categoryCounts,
      label: arranged.label, weights: arranged.weights, trainCount: trainCount,
      testCount: arranged.testCount, classCount: present, knownClassCount: classCount)
  }
}
