import Learning
import Testing

/// A group's rows as arrays, from which a view is made for each training.
struct GroupRows {
  var features: [[Double]]
  var categoryCounts: [Int32]?
  var label: [Double]
  var weights: [Double]?
  /// The first rows; the others are held out.
  var trainCount: Int
  var classCount = 0
  var knownClassCount: Int?

  /// Calls `body` with a view of the rows.
  func withExamples<Result>(_ body: (GroupExamples) throws -> Result) rethrows -> Result {
    let rowCount = label.count
    // Each column has memory of its own, as those of a batch have.
    let columns = features + [label, weights ?? []]
    let memory = columns.map { column in
      let base = UnsafeMutablePointer<Double>.allocate(capacity: max(1, column.count))
      for (row, value) in column.enumerated() { base[row] = value }
      return base
    }
    defer { for base in memory { base.deallocate() } }
    let pointers = memory.prefix(features.count).map { UnsafePointer($0) }
    return try pointers.withUnsafeBufferPointer { pointers in
      try (categoryCounts ?? [0]).withUnsafeBufferPointer { counts in
        try body(
          GroupExamples(
            features: pointers,
            categoryCounts: categoryCounts == nil ? nil : counts.baseAddress,
            label: UnsafePointer(memory[features.count]),
            weights: weights == nil ? nil : UnsafePointer(memory[features.count + 1]),
            trainCount: trainCount, testCount: rowCount - trainCount, classCount: classCount,
            knownClassCount: knownClassCount ?? classCount))
      }
    }
  }

  /// What became of each candidate.
  func train(_ training: GroupTraining) throws -> [GroupModel] {
    let trainer = try GroupTrainer(training, featureCount: features.count)
    return withExamples { trainer.train($0) }
  }

  /// What a model predicts of the rows held out, from features as they are before preparation.
  func heldOutPredictions(_ result: GroupModel) throws -> [Double] {
    let model = try #require(result.model)
    let held = features.map { Array($0[trainCount...]) }
    guard let preparation = result.preparation else { return predictions(model, held) }
    let count = label.count - trainCount
    var prepared = [Double](repeating: 0, count: max(1, preparation.columnCount * count))
    var rows = self
    rows.features = held
    rows.label = Array(label[trainCount...])
    rows.weights = nil
    rows.trainCount = count
    rows.withExamples { examples in
      prepared.withUnsafeMutableBufferPointer {
        preparation.apply(
          Examples(features: examples.features, label: examples.label, rowCount: count),
          into: $0.baseAddress!, stride: count)
      }
    }
    return predictions(
      model,
      (0..<preparation.columnCount).map { Array(prepared[$0 * count..<($0 + 1) * count]) })
  }

  /// Seeded noise; a regression's label is a linear function with noise, a classification's the sign of it.
  static func noise(
    rowCount: Int, featureCount: Int, trainCount: Int? = nil, classCount: Int = 0, seed: Int64 = 1
  ) -> GroupRows {
    var random = SeededRandom(seed: seed)
    let features = (0..<featureCount).map { _ in
      (0..<rowCount).map { _ in random.uniform() * 2 - 1 }
    }
    let label = (0..<rowCount).map { row -> Double in
      let value = features.enumerated().reduce(random.uniform() - 0.5) {
        $0 + Double($1.offset + 1) * $1.element[row]
      }
      guard classCount > 0 else { return value }
      return Double(min(classCount - 1, max(0, Int(value) + classCount / 2)))
    }
    return GroupRows(
      features: features, label: label, trainCount: trainCount ?? rowCount,
      classCount: classCount)
  }
}

extension GroupTraining {
  /// Of learners of the registry with their parameters.
  static func of(
    _ learners: [(String, [String: ParameterValue])], metrics: [Metric]? = nil,
    space: SearchSpace? = nil, _ change: (inout GroupTraining) -> Void = { _ in }
  ) throws -> GroupTraining {
    let candidates = try learners.map { name, parameters in
      let description = try #require(LearnerRegistry.learner(named: name))
      return Candidate(
        description: description, parameters: try description.validate(parameters), space: space)
    }
    let kind = candidates[0].description.kind
    var training = GroupTraining(
      candidates: candidates, kind: kind, metrics: metrics ?? kind.defaultMetrics, seed: 5)
    change(&training)
    return training
  }
}
