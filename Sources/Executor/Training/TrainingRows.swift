import Columnar
import Learning
import Plan

/// The rows of all groups of a training, gathered batch by batch and then seen group after group.
///
/// Belongs to one task and one thread.
final class TrainingRows {
  /// Rows are laid out by group and, inside of it, by role: training, testing, dropped.
  private static let rolesPerGroup = 3

  private let training: CheckedTraining
  private let places: RowPlaces
  private var rows: GroupedRows
  private(set) var groupCount = 0
  private var roles = RowRoles()
  /// Of the features that are categories, in their order, and of the classes.
  private var categories: [CategoryCodes]
  private var classes = CategoryCodes()

  init(_ training: CheckedTraining) {
    self.training = training
    places = RowPlaces(training)
    rows = places.noRows
    categories = training.isCategory.filter(\.self).map { _ in CategoryCodes() }
  }

  var byteCount: Int { categories.reduce(rows.byteCount + classes.byteCount) { $0 + $1.byteCount } }

  /// The rows are laid out beside those that came; sorted or coded ones, prepared ones and those of folds are copies of the
  /// rows of one group, which may be all rows.
  var finishByteCount: Int {
    let options = training.options
    let isPrepared =
      options.hasCategories || options.imputation != .none || options.scaling != .none
    let copies = [
      training.order != nil || options.hasCategories, isPrepared,
      options.folds > 0 || options.search != nil,
    ]
    return rows.byteCount * (1 + copies.count { $0 })
  }

  func grow(to groupCount: Int) { self.groupCount = max(self.groupCount, groupCount) }

  func accumulate(_ batch: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    guard groupCount <= Int(Int32.max) / Self.rolesPerGroup else {
      throw GroupingError.tooManyGroups
    }
    roles.assign(batch, values: training.neededColumns, heldOut: training.heldOut)
    let roles = roles.roles
    let rowSlots = groups.indices.map { row in
      groups[row] &* Int32(truncatingIfNeeded: Self.rolesPerGroup)
        &+ Int32(min(roles[row], RowRoles.dropped))
    }
    let columns = self.columns(batch)
    rowSlots.withUnsafeBufferPointer { rows.append(columns, groups: $0) }
  }

  /// The columns of doubles that are kept of a batch, in the order of `places`: null is NaN, texts are numbers.
  private func columns(_ batch: RecordBatch) -> [Column] {
    var columns: [Column] = []
    var category = 0
    for (feature, index) in training.features.enumerated() {
      let column = batch.columns[index]
      if training.isCategory[feature] {
        columns.append(categories[category].numbers(of: column))
        category += 1
      } else {
        columns.append(training.options.imputation == .none ? column : column.replacingNullsByNaN())
      }
    }
    if let label = training.label {
      let column = batch.columns[label]
      columns.append(
        training.options.kind == .classification ? classes.numbers(of: column) : column)
    }
    return columns + [training.weight, training.order].compactMap { $0.map { batch.columns[$0] } }
  }

  /// Calls `body` with each group in their order, its number, and how many of its rows are dropped. Nothing is left afterwards.
  /// - Parameter check: is called between groups, to throw when there is no use in going on.
  func forEachGroup(
    checking check: () throws -> Void,
    _ body: (LaidOutGroup, _ number: Int, _ droppedCount: Int) -> Void
  ) throws {
    let (columns, offsets) = try rows.finish(groupCount: groupCount * Self.rolesPerGroup)
    for index in categories.indices { try categories[index].sort() }
    try classes.sort()
    let group = LaidOutGroup(
      training, places, columns: columns, categories: categories, classes: classes)
    for number in 0..<groupCount {
      let slot = number * Self.rolesPerGroup
      group.place(
        train: offsets[slot]..<offsets[slot + 1], test: offsets[slot + 1]..<offsets[slot + 2])
      try check()
      body(group, number, offsets[slot + 3] - offsets[slot + 2])
    }
  }

  func reset() {
    rows = places.noRows
    groupCount = 0
    for index in categories.indices { categories[index].reset() }
    classes.reset()
  }
}
