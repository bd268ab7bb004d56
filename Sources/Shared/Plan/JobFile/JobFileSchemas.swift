import Columnar

/// Columns and types in Spark's words: DDL, or JSON as a text or as the mapping that it is.
extension JobFileReader {
  private enum StructKey: String, CaseIterable {
    case type, fields
  }

  private enum FieldKey: String, CaseIterable {
    case name, type, nullable, metadata
  }

  private enum ArrayKey: String, CaseIterable {
    case type, elementType, containsNull
  }

  /// At least one column, none twice.
  mutating func tableSchema(_ entry: JobFileNode.Entry) -> Schema? {
    guard case .text(let text, _) = entry.value.content, !entry.value.isEmpty else {
      return structure(entry)
    }
    if isJSON(text) { return json(text, entry).flatMap { structure($0) } }
    return reportingTypeErrors(in: text, at: entry.value.place) { () throws(ExpressionError) in
      try Schema(ddl: text)
    }
  }

  /// The type of one column.
  mutating func dataType(_ entry: JobFileNode.Entry) -> DataType? {
    guard case .mapping = entry.value.content else {
      guard let text = text(entry) else { return nil }
      if isJSON(text) { return json(text, entry).flatMap { dataType($0) } }
      return reportingTypeErrors(in: text, at: entry.value.place) { () throws(ExpressionError) in
        let type = try DataType(ddl: text)
        if type == .void {
          throw ExpressionError(.invalidType("void", reason: "a column needs a type"), at: 1)
        }
        return type
      }
    }
    return typeObject(entry)
  }

  private func isJSON(_ text: String) -> Bool {
    text.first { !$0.isWhitespace } == "{"
  }

  /// What a text holds that is JSON, and so YAML, all of it at the place of the text.
  private mutating func json(
    _ text: String, _ entry: JobFileNode.Entry
  ) -> JobFileNode.Entry? {
    do throws(YAMLComposer.Failure) {
      guard let node = try YAMLComposer.compose(text) else { return nil }
      return JobFileNode.Entry(
        key: entry.key, place: entry.place, value: node.moved(to: entry.value.place))
    } catch {
      report(.text(error.problem), at: entry.value.place)
      return nil
    }
  }

  /// `{"type": "struct", "fields": [...]}`
  private mutating func structure(_ entry: JobFileNode.Entry) -> Schema? {
    guard let keys = keys(of: entry.value, StructKey.self, in: "`\(entry.key)`") else { return nil }
    guard let type = keys[.type], let list = keys[.fields] else {
      report(.missing("type` and `fields", place: "`\(entry.key)`"), at: entry.value.place)
      return nil
    }
    guard let name = text(type) else { return nil }
    guard name == "struct" else {
      report(
        .invalidValue(key: type.key, value: name, expected: "struct, which has `fields`"),
        at: type.value.place)
      return nil
    }
    guard case .list(let items, _) = list.value.content, !items.isEmpty else {
      report(
        .wrongShape(
          key: list.key, found: list.value.isEmpty ? "nothing" : "no list of columns",
          expected: "a list of columns, at least one"),
        at: list.value.place)
      return nil
    }
    var fields: [Field] = []
    var names: Set<String> = []
    for item in items {
      guard let field = field(item) else { return nil }
      guard names.insert(field.name).inserted else {
        report(.repeatedColumn(field.name, key: entry.key), at: item.place)
        return nil
      }
      fields.append(field)
    }
    return Schema(fields)
  }

  private mutating func field(_ node: JobFileNode) -> Field? {
    guard let keys = keys(of: node, FieldKey.self, in: "a column of the schema") else { return nil }
    for key in [FieldKey.name, .type] where keys[key] == nil {
      report(.missing(key.rawValue, place: "a column of the schema"), at: node.place)
    }
    guard let name = keys[.name].flatMap({ text($0) }),
      let type = keys[.type].flatMap({ dataType($0) })
    else { return nil }
    return Field(name, type)
  }

  /// `{"type": "array", "elementType": ..., "containsNull": true}`; the other types that have parts are not known here.
  private mutating func typeObject(_ entry: JobFileNode.Entry) -> DataType? {
    guard case .mapping(let entries) = entry.value.content,
      let type = entries.first(where: { $0.key == ArrayKey.type.rawValue })
    else {
      report(.missing(ArrayKey.type.rawValue, place: "`\(entry.key)`"), at: entry.value.place)
      return nil
    }
    guard let name = text(type) else { return nil }
    guard name == "array" else {
      return reportingTypeErrors(in: name, at: type.value.place) { () throws(ExpressionError) in
        try DataType(ddl: name)
      }
    }
    guard let keys = keys(of: entry.value, ArrayKey.self, in: "an array") else { return nil }
    guard let element = keys[.elementType] else {
      report(.missing(ArrayKey.elementType.rawValue, place: "an array"), at: entry.value.place)
      return nil
    }
    guard let elementType = dataType(element) else { return nil }
    if case .list = elementType {
      report(
        .expression(
          ExpressionError(
            .invalidType("array", reason: "arrays of arrays are not supported"), at: 1),
          text: name),
        at: element.value.place)
      return nil
    }
    return .list(elementType)
  }

  mutating func reportingTypeErrors<Result>(
    in text: String, at place: JobFileNode.Place,
    _ parse: () throws(ExpressionError) -> Result
  ) -> Result? {
    do throws(ExpressionError) {
      return try parse()
    } catch {
      report(.expression(error, text: text), at: place)
      return nil
    }
  }
}

extension JobFileNode {
  /// The same with all that is in it at one place.
  fileprivate func moved(to place: Place) -> JobFileNode {
    let content: Content =
      switch self.content {
      case .text: self.content
      case .list(let items, let isFlow): .list(items.map { $0.moved(to: place) }, isFlow: isFlow)
      case .mapping(let entries):
        .mapping(
          entries.map { Entry(key: $0.key, place: place, value: $0.value.moved(to: place)) })
      }
    return JobFileNode(content: content, place: place)
  }
}
