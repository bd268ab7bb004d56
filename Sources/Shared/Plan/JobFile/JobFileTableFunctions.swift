import Columnar

/// `apply`, `map` and `cogroup`: Python functions from frames to a frame.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case python, schema, timeout, memory
    case onError = "on_error"
    case format
  }

  private enum CogroupKey: String, CaseIterable {
    case left, right, on, python, schema, timeout, memory
    case onError = "on_error"
    case format, partitions
  }

  private enum ErrorAction: String, CaseIterable {
    case fail, record
  }

  mutating func application(_ entry: JobFileNode.Entry) -> JobTableFunction? {
    guard let keys = keys(of: entry.value, Key.self, in: "`apply`"),
      var function = tableFunction(keys, of: entry)
    else { return nil }
    function.recordsErrors = recordsErrors(keys[.onError])
    return function
  }

  mutating func mapping(_ entry: JobFileNode.Entry) -> JobTableFunction? {
    guard let keys = keys(of: entry.value, Key.self, in: "`map`") else { return nil }
    if let onError = keys[.onError] {
      report(.onErrorWithoutGroups(place: "`map`"), at: onError.place)
    }
    return tableFunction(keys, of: entry)
  }

  mutating func cogroup(_ entry: JobFileNode.Entry) -> JobCogroup? {
    guard let keys = keys(of: entry.value, CogroupKey.self, in: "`cogroup`") else { return nil }
    for key in [CogroupKey.left, .right, .on] where keys[key] == nil {
      report(.missing(key.rawValue, place: "`cogroup`"), at: entry.place)
    }
    let left = keys[.left].flatMap { located($0) }
    let right = keys[.right].flatMap { located($0) }
    let on = keys[.on].flatMap { texts($0) }
    let partitions = keys[.partitions].flatMap { self.partitions($0) }
    // Of the rest there is what `apply` takes.
    var common: [Key: JobFileNode.Entry] = [:]
    for key in Key.allCases {
      common[key] = CogroupKey(rawValue: key.rawValue).flatMap { keys[$0] }
    }
    guard var function = tableFunction(common, of: entry), let left, let right, let on
    else { return nil }
    function.recordsErrors = recordsErrors(common[.onError])
    return JobCogroup(
      line: entry.place.line, left: left, right: right, on: on, function: function,
      partitions: partitions)
  }

  private mutating func tableFunction(
    _ keys: [Key: JobFileNode.Entry], of entry: JobFileNode.Entry
  ) -> JobTableFunction? {
    for key in [Key.python, .schema] where keys[key] == nil {
      report(.missing(key.rawValue, place: "`\(entry.key)`"), at: entry.place)
    }
    let schema = keys[.schema].flatMap { tableSchema($0) }
    let function = keys[.python].flatMap {
      self.function(
        $0, timeout: keys[.timeout], memory: keys[.memory], format: keys[.format])
    }
    guard let schema, let function else { return nil }
    return JobTableFunction(
      function: function, schema: schema, recordsErrors: false, line: entry.place.line)
  }

  /// Whether a group that fails is a row of the result and not the end of the job.
  private mutating func recordsErrors(_ entry: JobFileNode.Entry?) -> Bool {
    entry.map { choice($0, ErrorAction.self) == .record } ?? false
  }
}
