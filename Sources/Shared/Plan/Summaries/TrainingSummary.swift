/// What became of the groups that one learner trained, in a task or in all: a value that merges.
package struct TrainingSummary: Hashable, Sendable {
  /// How many groups are named at each end.
  package static let extremeCount = 10

  /// Of the stage.
  package var operatorIndex: Int
  package var learner: String
  package var groups = 0
  /// Groups that could not be trained.
  package var errors = 0
  package var metrics: [MetricSummary] = []
  /// Those with the most rows, the largest first.
  package var largestGroups = ExtremeGroups(.highest)

  package init(operatorIndex: Int, learner: String) {
    self.operatorIndex = operatorIndex
    self.learner = learner
  }

  /// Of the same operator and learner.
  package mutating func merge(_ other: TrainingSummary) {
    groups += other.groups
    errors += other.errors
    largestGroups.merge(other.largestGroups)
    for metric in other.metrics {
      if let index = metrics.firstIndex(where: { $0.name == metric.name }) {
        metrics[index].merge(metric)
      } else {
        metrics.append(metric)
      }
    }
  }
}

/// How a metric spreads over groups.
package struct MetricSummary: Hashable, Sendable {
  /// The column: `test_rmse`.
  package var name: String
  package var values = Distribution()
  package var lowest = ExtremeGroups(.lowest)
  package var highest = ExtremeGroups(.highest)

  package init(name: String) { self.name = name }

  package mutating func merge(_ other: MetricSummary) {
    values.merge(other.values)
    lowest.merge(other.lowest)
    highest.merge(other.highest)
  }
}

/// A group by its keys, and a number that it has.
package struct GroupValue: Hashable, Sendable {
  package struct Key: Hashable, Sendable {
    package var column: String
    /// Nil for null.
    package var value: String?

    package init(column: String, value: String?) {
      self.column = column
      self.value = value
    }
  }

  package var keys: [Key]
  package var value: Double

  package init(keys: [Key], value: Double) {
    self.keys = keys
    self.value = value
  }
}

/// The groups with the lowest or the highest numbers, the most extreme first; of equal ones those that came first.
package struct ExtremeGroups: Hashable, Sendable {
  package enum End: Hashable, Sendable {
    case lowest, highest
  }

  package let end: End
  package private(set) var groups: [GroupValue] = []

  package init(_ end: End) { self.end = end }

  /// The number that a group has to pass to be among them: the keys of others need no text.
  package var bound: Double {
    guard groups.count >= TrainingSummary.extremeCount, let last = groups.last else {
      return end == .lowest ? .infinity : -.infinity
    }
    return last.value
  }

  /// Numbers that are not finite are nobody's.
  package mutating func add(_ group: GroupValue) {
    guard group.value.isFinite, isMoreExtreme(group.value, than: bound) else { return }
    let place = groups.firstIndex { isMoreExtreme(group.value, than: $0.value) } ?? groups.count
    groups.insert(group, at: place)
    if groups.count > TrainingSummary.extremeCount { groups.removeLast() }
  }

  package mutating func merge(_ other: ExtremeGroups) {
    for group in other.groups { add(group) }
  }

  private func isMoreExtreme(_ one: Double, than other: Double) -> Bool {
    end == .lowest ? one < other : one > other
  }
}
