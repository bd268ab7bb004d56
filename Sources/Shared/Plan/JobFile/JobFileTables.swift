/// The tables of a job file.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case read, from, union, predict, cogroup, `where`, select, map
    case groupBy = "group_by"
    case aggregate, train, apply
    case orderBy = "order_by"
    case limit, partitions
  }

  mutating func table(_ entry: JobFileNode.Entry) -> JobTable? {
    let place = "table '\(entry.key)'"
    checkTableName(entry)
    if entry.value.isEmpty {
      report(.empty(entry.key), at: entry.place)
      return nil
    }
    guard let keys = keys(of: entry.value, Key.self, in: place) else { return nil }
    let grouped = [keys[.aggregate], keys[.train], keys[.apply]].compactMap(\.self)
    if grouped.count > 1 {
      report(.conflicting(grouped.map(\.key), place: place), at: grouped[1].place)
    }
    if let map = keys[.map], keys[.groupBy] != nil || !grouped.isEmpty {
      report(.mapOfGroups, at: map.place)
    } else if let groupBy = keys[.groupBy], grouped.isEmpty {
      report(.missing("aggregate`, `train` or `apply", place: "`group_by`"), at: groupBy.place)
    }
    if let partitions = keys[.partitions], keys[.groupBy] == nil {
      report(.needsGroups, at: partitions.place)
    }
    // All of the values are read before the source is missed, so that one run reports all errors.
    let filter = keys[.where].flatMap { expression($0) }
    let select = keys[.select].flatMap { selectItems($0) }
    let groupBy = keys[.groupBy].flatMap { selectItems($0) } ?? []
    let aggregate = keys[.aggregate].flatMap { selectItems($0) }
    let train = keys[.train].flatMap { training($0) }
    let apply = keys[.apply].flatMap { application($0) }
    let map = keys[.map].flatMap { mapping($0) }
    let orderBy = keys[.orderBy].flatMap { sortItems($0) } ?? []
    let limit = keys[.limit].flatMap { integer($0, in: 0...Int.max) }
    let partitions = keys[.partitions].flatMap { entry in
      self.partitions(entry).map {
        Located($0, line: entry.place.line, text: "partitions: \($0)")
      }
    }
    let sources = [keys[.read], keys[.from], keys[.union], keys[.predict], keys[.cogroup]]
      .compactMap(\.self)
    guard let source = self.source(of: sources, place, entry.place) else { return nil }
    return JobTable(
      name: entry.key, line: entry.place.line, source: source, filter: filter, select: select,
      groupBy: groupBy, aggregate: aggregate, train: train, apply: apply, map: map,
      orderBy: orderBy, limit: limit,
      partitions: partitions)
  }

  /// A table's name stands in messages, plans and `from`; one that needs quotes would be read wrongly there.
  private mutating func checkTableName(_ entry: JobFileNode.Entry) {
    let fits = entry.key.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    if !fits || entry.key.isEmpty {
      report(
        .invalidValue(
          key: "tables", value: entry.key,
          expected: "a name of letters, digits, `_`, `-` and `.`"),
        at: entry.place)
    }
  }

  private mutating func source(
    of entries: [JobFileNode.Entry], _ place: String, _ tablePlace: JobFileNode.Place
  ) -> JobTable.Source? {
    guard let entry = entries.first else {
      report(
        .missing("from`, `read`, `union`, `predict` or `cogroup", place: place), at: tablePlace)
      return nil
    }
    if entries.count > 1 {
      report(.conflicting(entries.map(\.key), place: place), at: entries[1].place)
      return nil
    }
    switch entry.key {
    case Key.read.rawValue: return read(entry)
    case Key.union.rawValue: return texts(entry).map { .union($0) }
    case Key.predict.rawValue: return prediction(entry).map { .predict($0) }
    case Key.cogroup.rawValue: return cogroup(entry).map { .cogroup($0) }
    default: return text(entry).map { .from(Located($0, line: entry.place.line)) }
    }
  }

  /// More partitions than this are slower, whatever the size of the cluster.
  static let maximumPartitions = 65_536

  mutating func partitions(_ entry: JobFileNode.Entry) -> Int? {
    integer(entry, in: 1...Self.maximumPartitions)
  }
}
