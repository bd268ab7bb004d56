import Plan

/// The partitions of one result that have arrived.
struct ResultState: Sendable {
  enum Part: Sendable {
    case file(TaskOutcome.File)
    case shown(TaskOutcome.ShownRows)
    case cached(CachedLocation)
  }

  var parts: [Part?]
  var missing: Int

  init(partitionCount: Int) {
    parts = Array(repeating: nil, count: partitionCount)
    missing = partitionCount
  }

  /// Takes the first part of a partition; a later one of the same partition counts for nothing.
  mutating func take(_ part: Part, partition: Int) {
    guard parts.indices.contains(partition), parts[partition] == nil else { return }
    parts[partition] = part
    missing -= 1
  }

  mutating func lose(partition: Int) {
    guard parts[partition] != nil else { return }
    parts[partition] = nil
    missing += 1
  }
}
