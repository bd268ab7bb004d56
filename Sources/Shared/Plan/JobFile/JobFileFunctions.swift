import Columnar

/// `functions`: what expressions may call.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case python, returns, aggregate, timeout, memory
    case onError = "on_error"
    case format
  }

  mutating func functions(_ entry: JobFileNode.Entry) -> [JobFunction] {
    var functions: [JobFunction] = []
    var names: [String: String] = [:]
    for entry in named(entry, "functions", "a mapping of names to functions") ?? [] {
      let name = entry.key.lowercased()
      guard checkName(entry) else { continue }
      if let other = names[name] {
        report(.sameFunction(entry.key, other: other), at: entry.place)
        continue
      }
      names[name] = entry.key
      if let function = function(entry, name: name) { functions.append(function) }
    }
    return functions
  }

  /// Whether an expression can call something of this name.
  private mutating func checkName(_ entry: JobFileNode.Entry) -> Bool {
    let isWord =
      entry.key.first.map { $0.isLetter || $0 == "_" } ?? false
      && entry.key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    if !isWord {
      report(
        .invalidValue(
          key: "functions", value: entry.key,
          expected: "a name of letters, digits and `_` that begins with no digit"),
        at: entry.place)
    } else if UserFunctions.isTaken(entry.key.lowercased()) {
      report(.functionOfSQL(entry.key), at: entry.place)
    } else {
      return true
    }
    return false
  }

  private mutating func function(_ entry: JobFileNode.Entry, name: String) -> JobFunction? {
    let place = "function '\(entry.key)'"
    guard let keys = keys(of: entry.value, Key.self, in: place) else { return nil }
    for key in [Key.python, .returns] where keys[key] == nil {
      report(.missing(key.rawValue, place: place), at: entry.place)
    }
    if let onError = keys[.onError] {
      report(.onErrorWithoutGroups(place: place), at: onError.place)
    }
    let type = keys[.returns].flatMap { dataType($0) }
    let isAggregate = keys[.aggregate].flatMap { boolean($0) } ?? false
    let function = keys[.python].flatMap {
      self.function(
        $0, timeout: keys[.timeout], memory: keys[.memory], format: keys[.format])
    }
    guard let type, let function else { return nil }
    return JobFunction(name: name, function: function, type: type, isAggregate: isAggregate)
  }
}
