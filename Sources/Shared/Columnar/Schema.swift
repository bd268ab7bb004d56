/// A named, typed column of a schema. Every field is nullable.
package struct Field: Hashable, Sendable {
  package var name: String
  package var type: DataType

  package init(_ name: String, _ type: DataType) {
    self.name = name
    self.type = type
  }
}

/// The fields of a table in their order. Names are exact (case-sensitive) and unique.
package struct Schema: Hashable, Sendable {
  package var fields: [Field]

  package init(_ fields: [Field]) {
    self.fields = fields
  }

  package var names: [String] { fields.map(\.name) }
  package var count: Int { fields.count }

  /// O(columns).
  package func index(of name: String) -> Int? {
    fields.firstIndex { $0.name == name }
  }

  package subscript(_ name: String) -> Field? {
    fields.first { $0.name == name }
  }
}

extension Schema: CustomStringConvertible {
  package var description: String {
    fields.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
  }
}
