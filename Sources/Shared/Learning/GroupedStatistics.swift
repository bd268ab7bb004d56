/// The statistics of several groups, `stride` doubles apart: a block of the examples to train on and maybe,
/// behind it, one of those held out.
///
/// A view: whoever makes one keeps the memory alive.
package struct GroupedStatistics {
  package let base: UnsafePointer<Double>
  package let groupCount: Int
  package let stride: Int
  /// Where a group's block of held-out examples begins, in doubles after its first; nil when none are held out.
  package let heldOutOffset: Int?

  package init(
    base: UnsafePointer<Double>, groupCount: Int, stride: Int, heldOutOffset: Int?
  ) {
    self.base = base
    self.groupCount = groupCount
    self.stride = stride
    self.heldOutOffset = heldOutOffset
  }
}

extension StatisticsTrainer {
  package func train(_ groups: GroupedStatistics, into results: inout TrainedGroups) {
    for group in 0..<groups.groupCount {
      let block = groups.base + group &* groups.stride
      do throws(TrainingError) {
        try fit(statistics: block)
      } catch {
        results.append(error)
        continue
      }
      if results.keepsModels { results.append(model) }
      results.append(
        linearModel, train: errors(statistics: block),
        test: groups.heldOutOffset.map { errors(statistics: block + $0) } ?? .noExamples)
    }
  }
}

extension TrainingStatistics {
  package func exampleCounts(
    _ blocks: UnsafePointer<Double>, count: Int, stride: Int
  ) -> [Int64] {
    (0..<count).map { exampleCount(blocks + $0 &* stride) }
  }
}
