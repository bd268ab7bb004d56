import Plan

// Summaries of trained groups and how numbers are distributed, to and from their messages.

extension Distribution {
  /// Throws for parts that do not belong together.
  package init(wire: Roost_Distribution) throws(ProtocolError) {
    guard wire.positiveBuckets.count == wire.positiveCounts.count,
      wire.negativeBuckets.count == wire.negativeCounts.count,
      let distribution = Distribution(
        positive: zip(wire.positiveBuckets, wire.positiveCounts).map { (Int($0), $1) },
        negative: zip(wire.negativeBuckets, wire.negativeCounts).map { (Int($0), $1) },
        zeros: wire.zeros, missing: wire.missing, sum: wire.sum, minimum: wire.minimum,
        maximum: wire.maximum)
    else { throw .malformedMessage("a distribution of \(wire.count) numbers") }
    self = distribution
  }

  package var wire: Roost_Distribution {
    .with {
      $0.zeros = zeros
      $0.missing = missing
      $0.count = count
      guard count > 0 else { return }
      $0.sum = sum
      $0.minimum = minimum
      $0.maximum = maximum
      $0.positiveBuckets = positiveBuckets.map { Int32($0.bucket) }
      $0.positiveCounts = positiveBuckets.map(\.count)
      $0.negativeBuckets = negativeBuckets.map { Int32($0.bucket) }
      $0.negativeCounts = negativeBuckets.map(\.count)
    }
  }
}

extension TrainingSummary {
  /// Of a task, or of all of them: no group is counted more than 2^44 times.
  private static let counts = 0...UInt64(1) << 44

  package init(wire: Roost_TrainingSummary) throws(ProtocolError) {
    guard Self.counts.contains(wire.groups), wire.errors <= wire.groups else {
      throw .malformedMessage("a summary of \(wire.groups) groups, \(wire.errors) with errors")
    }
    self.init(operatorIndex: Int(wire.operator), learner: wire.learner)
    groups = Int(wire.groups)
    errors = Int(wire.errors)
    for group in wire.largestGroups { largestGroups.add(GroupValue(wire: group)) }
    metrics = try wire.metrics.map { metric throws(ProtocolError) in
      var summary = MetricSummary(name: metric.name)
      summary.values = try Distribution(wire: metric.values)
      for group in metric.lowest { summary.lowest.add(GroupValue(wire: group)) }
      for group in metric.highest { summary.highest.add(GroupValue(wire: group)) }
      return summary
    }
  }

  package func wire(stage: Int) -> Roost_TrainingSummary {
    .with {
      $0.stage = UInt32(stage)
      $0.operator = UInt32(operatorIndex)
      $0.learner = learner
      $0.groups = UInt64(groups)
      $0.errors = UInt64(errors)
      $0.largestGroups = largestGroups.groups.map(\.wire)
      $0.metrics = metrics.map { metric in
        .with {
          $0.name = metric.name
          $0.values = metric.values.wire
          $0.lowest = metric.lowest.groups.map(\.wire)
          $0.highest = metric.highest.groups.map(\.wire)
        }
      }
    }
  }
}

extension GroupValue {
  init(wire: Roost_GroupValue) {
    self.init(
      keys: wire.keys.map { Key(column: $0.column, value: $0.hasValue ? $0.value : nil) },
      value: wire.value)
  }

  var wire: Roost_GroupValue {
    .with {
      $0.value = value
      $0.keys = keys.map { key in
        .with {
          $0.column = key.column
          if let value = key.value { $0.value = value }
        }
      }
    }
  }
}
