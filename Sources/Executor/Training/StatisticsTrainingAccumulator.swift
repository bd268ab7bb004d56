import Columnar
import Learning
import Plan

/// Trains on statistics that merge: rows become statistics where they are, and only those travel.
///
/// A group has a block of statistics of its rows for training and, where rows are held out, one of those for
/// testing. Learners with the same statistics share them.
final class StatisticsTrainingAccumulator: GroupedAccumulator {
  private struct Part {
    let trainer: any StatisticsTrainer
    /// Index into `blocks`.
    let statistics: Int
  }

  /// What is known of so many groups at a time stays in the cache until it stands in the columns.
  private static let groupsAtOnce = 512

  private let training: CheckedTraining
  private let label: Int
  private let parts: [Part]
  private let blocks: [StatisticsBlocks]
  private let blocksPerGroup: Int
  private var dropped: [Int64] = []
  /// Nil where rows have no weights.
  private var weighed: WeighedRows?
  private var roles = RowRoles()
  /// The block of each row of the batch at hand.
  private var rowBlocks: [Int32] = []

  /// Throws when a learner or a metric does not work from merged statistics.
  init(_ training: CheckedTraining) throws(TrainingPlanError) {
    var parts: [Part] = []
    var blocks: [StatisticsBlocks] = []
    let featureCount = training.features.count
    let isWeighted = training.weight != nil
    for metric in training.options.metrics where !metric.isMergeable {
      throw .notMergeable(metric.rawValue)
    }
    let options = training.options
    // What needs the rows, and texts, which are no doubles.
    guard !options.needsRows, !training.isCategory.contains(true), training.order == nil,
      options.kind == .regression
    else { throw .notMergeable("this training") }
    guard let label = training.label else { throw .noLabel(training.options.kind) }
    for candidate in training.training.candidates {
      guard let learner = try candidate.learner as? any MergeableLearner else {
        throw .notMergeable(candidate.description.name)
      }
      let statistics = learner.statistics(featureCount: featureCount, isWeighted: isWeighted)
      let shared = blocks.firstIndex {
        $0.statistics.name == statistics.name && $0.width == statistics.width
      }
      if shared == nil { blocks.append(StatisticsBlocks(statistics)) }
      parts.append(
        Part(
          trainer: learner.makeStatisticsTrainer(
            featureCount: featureCount, isWeighted: isWeighted),
          statistics: shared ?? blocks.count - 1))
    }
    self.training = training
    self.label = label
    self.parts = parts
    self.blocks = blocks
    blocksPerGroup = training.heldOut == nil ? 1 : 2
    weighed = isWeighted ? WeighedRows(blocksPerGroup: blocksPerGroup) : nil
  }

  var stateFields: [Field] {
    [Field("dropped_rows", .long)]
      + blocks.map {
        Field($0.statistics.name, .fixedSizeList(.double, count: $0.width * blocksPerGroup))
      } + (weighed?.stateFields ?? [])
  }

  var resultFields: [Field] { training.resultFields }

  var rowsPerGroup: Int { training.rowsPerGroup }

  var byteCount: Int {
    blocks.reduce(
      8 * dropped.capacity + 5 * rowBlocks.capacity + (weighed?.byteCount ?? 0)
    ) { $0 + $1.byteCount }
  }

  func grow(to groupCount: Int) {
    guard groupCount > dropped.count else { return }
    dropped.append(contentsOf: repeatElement(0, count: groupCount - dropped.count))
    for blocks in blocks { blocks.grow(to: groupCount * blocksPerGroup) }
    weighed?.grow(to: groupCount)
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try checkGroupCount()
    roles.assign(
      rows, values: training.neededColumns, heldOut: training.heldOut)
    findBlocks(groups)
    let features = training.features.map { rows.columns[$0].pointer(as: Double.self) }
    let weights = training.weight.map { rows.columns[$0] }
    weights?.withValues(as: Double.self) { weights in
      rowBlocks.withUnsafeMutableBufferPointer { weighed?.take(weights, $0) }
    }
    // The pointers into the columns hold as long as the batch.
    withExtendedLifetime(rows) {
      features.withUnsafeBufferPointer { features in
        rowBlocks.withUnsafeBufferPointer { rowBlocks in
          guard let rowBlocks = rowBlocks.baseAddress else { return }
          let examples = Examples(
            features: features, label: rows.columns[label].pointer(as: Double.self),
            rowCount: rows.rowCount,
            weights: weights?.pointer(as: Double.self))
          for blocks in blocks {
            blocks.statistics.accumulate(
              examples, blocks: rowBlocks, into: blocks.base, stride: blocks.width)
          }
        }
      }
    }
  }

  /// Sets `rowBlocks` by the groups and roles of the rows, and counts those that are dropped.
  private func findBlocks(_ groups: UnsafeBufferPointer<Int32>) {
    let perGroup = Int32(truncatingIfNeeded: blocksPerGroup)
    resizeRowBlocks(to: groups.count)
    rowBlocks.withUnsafeMutableBufferPointer { rowBlocks in
      dropped.withUnsafeMutableBufferPointer { dropped in
        roles.roles.withUnsafeBufferPointer { roles in
          for row in 0..<groups.count {
            let role = roles[row]
            if role < RowRoles.dropped {
              rowBlocks[row] = groups[row] &* perGroup &+ Int32(role)
            } else {
              rowBlocks[row] = -1
              dropped[Int(groups[row])] += 1
            }
          }
        }
      }
    }
  }

  private func resizeRowBlocks(to count: Int) {
    if rowBlocks.count < count {
      rowBlocks.append(contentsOf: repeatElement(0, count: count - rowBlocks.count))
    }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    try checkGroupCount()
    states[0].withValues(as: Int64.self) { counts in
      dropped.withUnsafeMutableBufferPointer { dropped in
        for row in 0..<groups.count { dropped[Int(groups[row])] &+= counts[row] }
      }
    }
    let perGroup = Int32(truncatingIfNeeded: blocksPerGroup)
    resizeRowBlocks(to: groups.count * blocksPerGroup)
    rowBlocks.withUnsafeMutableBufferPointer { rowBlocks in
      for row in 0..<groups.count {
        for block in 0..<perGroup {
          rowBlocks[row * Int(perGroup) + Int(block)] = groups[row] &* perGroup &+ block
        }
      }
    }
    weighed?.merge(states.suffix(2), groups: groups)
    for (blocks, column) in zip(blocks, states.dropFirst()) {
      column.elements.withValues(as: Double.self) { sources in
        guard let sources = sources.baseAddress else { return }
        blocks.statistics.merge(
          sources, count: groups.count * blocksPerGroup, blocks: rowBlocks, into: blocks.base,
          stride: blocks.width)
      }
    }
  }

  func states() throws -> [Column] {
    [Column(.long, values: dropped)]
      + blocks.map { blocks in
        let length = blocks.width * blocksPerGroup
        return Column.copying(
          fixedSizeListsOf: length,
          UnsafeBufferPointer(start: blocks.base, count: dropped.count * length))
      } + (weighed?.states() ?? [])
  }

  func reset() {
    dropped.removeAll(keepingCapacity: true)
    for blocks in blocks { blocks.reset() }
    weighed?.reset()
  }

  func finish() throws -> [Column] {
    var results = TrainingResults(training, groupCount: dropped.count)
    var trained = TrainedGroups(
      featureCount: training.features.count, keepsModels: training.options.storesModel)
    for (learner, part) in parts.enumerated() {
      let blocks = blocks[part.statistics]
      results.set(rowCounts(blocks), learner: learner)
      let stride = blocksPerGroup * blocks.width
      for firstGroup in Swift.stride(from: 0, to: dropped.count, by: Self.groupsAtOnce) {
        trained.removeAll()
        part.trainer.train(
          GroupedStatistics(
            base: blocks.base + firstGroup * stride,
            groupCount: min(Self.groupsAtOnce, dropped.count - firstGroup), stride: stride,
            heldOutOffset: training.heldOut == nil ? nil : blocks.width), into: &trained)
        results.set(trained, learner: learner, firstGroup: firstGroup)
      }
    }
    for (group, weight) in (weighed?.wrongWeights ?? []).enumerated() where weight != 0 {
      for learner in parts.indices {
        results.fail(.weightOutOfRange(weight), row: group * parts.count + learner)
      }
    }
    return try results.finish()
  }

  private func rowCounts(_ blocks: StatisticsBlocks) -> TrainingRowCounts {
    func counts(_ block: Int) -> [Int64] {
      let counts = blocks.statistics.exampleCounts(
        blocks.base + block * blocks.width, count: dropped.count,
        stride: blocksPerGroup * blocks.width)
      // Rows of weight 0 are rows.
      return weighed.map { zip(counts, $0.counts(block: block)).map { $0 &+ $1 } } ?? counts
    }
    return TrainingRowCounts(
      train: counts(0),
      test: training.heldOut == nil
        ? Array(repeating: 0, count: dropped.count) : counts(1),
      dropped: dropped)
  }

  private func checkGroupCount() throws(GroupingError) {
    guard dropped.count <= Int(Int32.max) / blocksPerGroup else { throw .tooManyGroups }
  }
}

extension GroupTraining.Candidate {
  fileprivate var learner: any Learner {
    get throws(TrainingPlanError) {
      do throws(ParameterError) {
        return try description.learner(parameters)
      } catch {
        throw .parameters(error)
      }
    }
  }
}
