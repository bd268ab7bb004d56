import Learning

/// `tune` and what stands in it.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case space, search, per, trials, metric
    case earlyStopping = "early_stopping"
  }

  private enum RangeKey: String, CaseIterable {
    case from, to, log
  }

  /// More trials than that are no search but a computation of its own.
  private static let maximumTrials = 100_000
  /// Of a search that says nothing.
  private static let usualTrials = 20

  mutating func tuning(_ entry: JobFileNode.Entry) -> JobTuning? {
    guard let keys = keys(of: entry.value, Key.self, in: "`tune`") else { return nil }
    guard let space = keys[.space] else {
      report(.missing("space", place: "`tune`"), at: entry.place)
      return nil
    }
    let dimensions = self.dimensions(space)
    let search = keys[.search].flatMap { choice($0, Tuning.Search.self) }
    let hasRange = dimensions.contains {
      if case .range = $0.value.values { true } else { false }
    }
    return JobTuning(
      line: entry.place.line, space: dimensions,
      // A grid is what a list of values means to most people; a range has none.
      search: search ?? (hasRange ? .random : .grid),
      per: keys[.per].flatMap { choice($0, JobTuning.Scope.self) } ?? .group,
      trialCount: keys[.trials].flatMap { integer($0, in: 1...Self.maximumTrials) }
        ?? Self.usualTrials,
      metric: keys[.metric].flatMap { entry in
        text(entry).map { Located($0, line: entry.place.line) }
      },
      earlyStopping: keys[.earlyStopping].flatMap { choice($0, Tuning.EarlyStopping.self) }
        ?? .none)
  }

  private mutating func dimensions(
    _ entry: JobFileNode.Entry
  ) -> [Located<JobTuning.Dimension>] {
    guard case .mapping(let entries) = entry.value.content, !entries.isEmpty else {
      report(
        .wrongShape(
          key: entry.key, found: entry.value.kind,
          expected: "a mapping of parameters to lists of values or to {from: ..., to: ...}"),
        at: entry.value.place)
      return []
    }
    return entries.compactMap { entry in
      values(entry).map {
        Located(
          JobTuning.Dimension(name: entry.key, values: $0), line: entry.place.line, text: entry.key)
      }
    }
  }

  private mutating func values(_ entry: JobFileNode.Entry) -> JobTuning.Dimension.Values? {
    guard case .mapping = entry.value.content else {
      return texts(entry).map { .choices($0.map(\.value)) }
    }
    guard let keys = keys(of: entry.value, RangeKey.self, in: "the range of '\(entry.key)'")
    else { return nil }
    for key in [RangeKey.from, .to] where keys[key] == nil {
      report(.missing(key.rawValue, place: "the range of '\(entry.key)'"), at: entry.place)
    }
    guard let from = keys[.from].flatMap({ text($0) }), let to = keys[.to].flatMap({ text($0) })
    else { return nil }
    return .range(
      from: from, to: to, isLogarithmic: keys[.log].flatMap { boolean($0) } ?? false)
  }
}
