/// Values of keys: text, numbers and lists, each refused with the key that it stands after.
extension JobFileReader {
  /// The entries of a mapping by the keys that may stand there; unknown keys are reported.
  mutating func keys<Key: CaseIterable & RawRepresentable<String> & Hashable>(
    of node: JobFileNode, _: Key.Type, in place: String
  ) -> [Key: JobFileNode.Entry]? {
    let known = Key.allCases.map(\.rawValue)
    guard case .mapping(let entries) = node.content else {
      let expected = "a mapping of \(known.joined(separator: ", "))"
      let name = place.filter { $0 != "`" }
      report(.wrongShape(key: name, found: node.kind, expected: expected), at: node.place)
      return nil
    }
    var result: [Key: JobFileNode.Entry] = [:]
    for entry in entries {
      guard let key = Key(rawValue: entry.key) else {
        let nearest = nearestName(to: entry.key, among: known)
        report(
          .unknown(entry.key, place: place, nearest: nearest, known: known), at: entry.place)
        continue
      }
      result[key] = entry
    }
    return result
  }

  mutating func text(_ entry: JobFileNode.Entry) -> String? {
    text(entry.value, key: entry.key)
  }

  mutating func text(_ node: JobFileNode, key: String) -> String? {
    if node.isEmpty {
      report(.empty(key), at: node.place)
      return nil
    }
    guard case .text(let text, _) = node.content else {
      report(.wrongShape(key: key, found: node.kind, expected: "text"), at: node.place)
      return nil
    }
    return text
  }

  /// Text or a list of texts.
  mutating func texts(_ entry: JobFileNode.Entry) -> [Located<String>]? {
    guard case .list(let items, _) = entry.value.content else {
      return text(entry).map { [Located($0, line: entry.value.place.line)] }
    }
    var result: [Located<String>] = []
    for item in items {
      guard let text = text(item, key: entry.key) else { return nil }
      result.append(Located(text, line: item.place.line))
    }
    if result.isEmpty {
      report(
        .wrongShape(key: entry.key, found: "an empty list", expected: "one item or more"),
        at: entry.value.place)
      return nil
    }
    return result
  }

  mutating func integer<Integer: FixedWidthInteger>(
    _ entry: JobFileNode.Entry, in range: ClosedRange<Integer>
  ) -> Integer? {
    guard let text = text(entry) else { return nil }
    guard let value = Integer(text), range.contains(value) else {
      let expected =
        range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "a whole number in \(range)"
      report(
        .invalidValue(key: entry.key, value: text, expected: expected), at: entry.value.place)
      return nil
    }
    return value
  }

  mutating func boolean(_ entry: JobFileNode.Entry) -> Bool? {
    guard let text = text(entry) else { return nil }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default:
      report(
        .invalidValue(key: entry.key, value: text, expected: "true or false"),
        at: entry.value.place)
      return nil
    }
  }

  mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ entry: JobFileNode.Entry, _ type: Choice.Type
  ) -> Choice? {
    text(entry).flatMap {
      choice(Located($0, line: entry.value.place.line), entry, type)
    }
  }

  /// One word or a list of them, each once.
  mutating func choices<Choice: CaseIterable & RawRepresentable<String> & Equatable>(
    _ entry: JobFileNode.Entry, _ type: Choice.Type
  ) -> [Choice] {
    var choices: [Choice] = []
    for text in texts(entry) ?? [] {
      guard let choice = choice(text, entry, type), !choices.contains(choice) else { continue }
      choices.append(choice)
    }
    return choices
  }

  private mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ text: Located<String>, _ entry: JobFileNode.Entry, _: Choice.Type
  ) -> Choice? {
    if let choice = Choice(rawValue: text.value) { return choice }
    let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    report(
      .invalidValue(key: entry.key, value: text.value, expected: "one of \(known)"),
      at: entry.value.place)
    return nil
  }
}
