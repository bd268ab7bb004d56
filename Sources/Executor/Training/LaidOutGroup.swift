import Columnar
import Learning
import Plan

/// One group after the other of rows that lie side by side: codes of its categories and classes, its order in time, its examples.
///
/// What need not be changed is looked at where it lies. Belongs to one thread.
///
/// Unsafe: `pointers` lead into `columns`, or into `memory`, which is made anew only while they lead nowhere.
final class LaidOutGroup {
  private let training: CheckedTraining
  private let places: RowPlaces
  private let columns: [Column]
  private var categories: [CategoryCodes]
  private var classes: CategoryCodes
  private var rows = 0..<0
  /// The rows of the group for training, in front of those held out.
  private(set) var trainCount = 0
  private(set) var testCount = 0
  private var failure: TrainingError?
  /// A column each: where the group's values are.
  private var pointers: [UnsafePointer<Double>]
  /// Of `capacity` doubles for each column: values that are not as they lie.
  private var memory = UnsafeMutablePointer<Double>.allocate(capacity: 0)
  private var capacity = 0
  private var categoryCounts: [Int32]
  private var classCount = 0
  private var knownClassCount = 0
  private var order: [Int32] = []

  /// - Parameter columns: as `places` says.
  init(
    _ training: CheckedTraining, _ places: RowPlaces, columns: [Column],
    categories: [CategoryCodes], classes: CategoryCodes
  ) {
    self.training = training
    self.places = places
    self.columns = columns
    self.categories = categories
    self.classes = classes
    pointers = columns.map { $0.pointer(as: Double.self) }
    categoryCounts = Array(repeating: 0, count: places.featureCount)
  }

  deinit { memory.deallocate() }

  /// Turns to a group: `test` follows `train`.
  func place(train: Range<Int>, test: Range<Int>) {
    rows = train.lowerBound..<test.upperBound
    trainCount = train.count
    testCount = test.count
    failure = nil
    if rows.count > capacity {
      memory.deallocate()
      capacity = max(2 * capacity, rows.count)
      memory = .allocate(capacity: capacity * columns.count)
    }
    for column in columns.indices {
      pointers[column] = columns[column].pointer(as: Double.self) + rows.lowerBound
    }
    if let order = places.order { sort(by: order) }
    checkWeights()
    codeCategories()
    codeClasses()
  }

  /// The categories of each feature of the group, nil for numbers; empty where there are none.
  private var categoryTexts: [[String]?] {
    guard training.options.hasCategories else { return [] }
    var next = 0
    return training.isCategory.map { isCategory in
      guard isCategory else { return nil }
      defer { next += 1 }
      return categories[next].presentTexts
    }
  }

  /// What its numbers stand for.
  var names: GroupNames {
    let known = classCount == 0 ? [] : classes.presentTexts
    return GroupNames(
      features: training.featureNames, categories: categoryTexts,
      classes: Array(known.prefix(classCount)), knownClasses: known)
  }

  /// What became of each learner.
  /// - Parameter chosen: for each learner the trial that was chosen for all groups; nil where each group has its own.
  func models(of trainer: GroupTrainer, chosen: [Trial?]?) -> [GroupModel] {
    if let failure {
      return training.learnerNames.map { _ in
        var model = GroupModel()
        model.error = failure
        return model
      }
    }
    return withExamples { examples in
      chosen.map { trainer.train(examples, chosen: $0) } ?? trainer.train(examples)
    }
  }

  /// The losses of some trials of a learner; nil for those that fail.
  func losses(of trials: [Trial], learner: Int, _ trainer: GroupTrainer) -> [Double?] {
    if failure != nil { return trials.map { _ in nil } }
    return withExamples { trainer.losses(of: trials, candidate: learner, $0) }
  }

  private func withExamples<Result>(_ body: (GroupExamples) -> Result) -> Result {
    // The pointers hold as long as the columns and the memory.
    withExtendedLifetime(self) {
      pointers.withUnsafeBufferPointer { pointers in
        categoryCounts.withUnsafeBufferPointer { counts in
          body(
            GroupExamples(
              features: UnsafeBufferPointer(rebasing: pointers.prefix(places.featureCount)),
              categoryCounts: training.options.hasCategories ? counts.baseAddress : nil,
              // Clusters have no label, and nobody looks at it.
              label: (places.label ?? pointers.indices.first).map { pointers[$0] }
                ?? UnsafePointer(bitPattern: 8)!,
              weights: places.weight.map { pointers[$0] }, trainCount: trainCount,
              testCount: testCount, classCount: classCount, knownClassCount: knownClassCount))
        }
      }
    }
  }

  // MARK: Order

  /// Sorts the rows of the group, stably, and holds out the last ones.
  private func sort(by column: Int) {
    let count = rows.count
    let keys = pointers[column]
    // Files often are in the order of time.
    let isSorted = (1..<max(1, count)).allSatisfy { keys[$0 - 1] <= keys[$0] }
    if !isSorted { reorder(by: keys) }
    if training.options.kind == .forecasting {
      let times = pointers[column]
      for row in 1..<max(1, count) where times[row - 1] == times[row] {
        failure = .repeatedTime(times[row])
      }
    }
    let wanted = (training.options.testFraction * Double(count)).rounded(.up)
    // Something is left to train on.
    testCount = max(0, min(Int(exactly: wanted) ?? 0, count - 1))
    trainCount = count - testCount
  }

  private func reorder(by keys: UnsafePointer<Double>) {
    order.removeAll(keepingCapacity: true)
    for row in rows.indices { order.append(Int32(truncatingIfNeeded: row - rows.lowerBound)) }
    order.sort { one, other in
      let (key, otherKey) = (keys[Int(one)], keys[Int(other)])
      return key != otherKey ? key < otherKey : one < other
    }
    for index in columns.indices {
      let values = pointers[index]
      let sorted = memory + index * capacity
      for (position, row) in order.enumerated() { sorted[position] = values[Int(row)] }
      pointers[index] = UnsafePointer(sorted)
    }
  }

  // MARK: Values

  private func checkWeights() {
    guard let weight = places.weight else { return }
    let weights = UnsafeBufferPointer(start: pointers[weight], count: rows.count)
    if let wrong = weights.first(where: { $0 < 0 || !$0.isFinite }) {
      failure = .weightOutOfRange(wrong)
    }
  }

  private func codeCategories() {
    guard training.options.hasCategories else { return }
    var next = 0
    for feature in 0..<places.featureCount where training.isCategory[feature] {
      let values = UnsafeBufferPointer(start: pointers[feature], count: rows.count)
      categories[next].begin(UnsafeBufferPointer(rebasing: values.prefix(trainCount)))
      write(values, codes: categories[next], to: feature)
      categoryCounts[feature] = Int32(truncatingIfNeeded: categories[next].present.count)
      next += 1
    }
  }

  private func codeClasses() {
    guard let label = places.label, training.options.kind == .classification else { return }
    let values = UnsafeBufferPointer(start: pointers[label], count: rows.count)
    classes.begin(UnsafeBufferPointer(rebasing: values.prefix(trainCount)))
    classCount = classes.present.count
    classes.extend(UnsafeBufferPointer(rebasing: values.dropFirst(trainCount)))
    knownClassCount = classes.present.count
    write(values, codes: classes, to: label)
  }

  private func write(_ values: UnsafeBufferPointer<Double>, codes: CategoryCodes, to column: Int) {
    let target = memory + column * capacity
    // Where the values were sorted they are written over, each after it was read.
    codes.write(values, to: target)
    pointers[column] = UnsafePointer(target)
  }
}
