import Columnar

// Types and schemas in Spark's DDL words.

extension ExpressionParser {
  /// A type: `long`, `decimal(10, 2)`, `array<double>`.
  mutating func dataType() throws(ExpressionError) -> DataType {
    let position = current.position
    guard case .word(let word) = current.kind else { throw unexpected("a type") }
    let name = word.lowercased()
    advance()
    if let type = Self.simpleTypes[name] { return type }
    switch name {
    case "decimal", "dec", "numeric":
      return try decimal(at: position)
    case "array":
      try expect(symbol: "<")
      let element = try nestedType()
      try expect(symbol: ">")
      return .list(element)
    case "varchar", "char":
      throw ExpressionError(.invalidType(word, reason: "use string"), at: position)
    case "map", "struct", "variant", "interval", "timestamp_ntz", "udt":
      throw ExpressionError(
        .invalidType(word, reason: "the engine has no values of this type"), at: position)
    default:
      let known = Self.simpleTypes.keys.sorted() + ["array", "decimal"]
      throw ExpressionError(
        .unknownType(word, nearest: nearestName(to: name, among: known)), at: position)
    }
  }

  private static let simpleTypes: [String: DataType] = [
    "void": .void, "boolean": .boolean, "byte": .byte, "tinyint": .byte, "short": .short,
    "smallint": .short, "int": .integer, "integer": .integer, "long": .long, "bigint": .long,
    "float": .float, "real": .float, "double": .double, "string": .string, "binary": .binary,
    "date": .date, "timestamp": .timestamp, "timestamp_ltz": .timestamp,
  ]

  private mutating func nestedType() throws(ExpressionError) -> DataType {
    if current.keyword == "ARRAY" {
      throw ExpressionError(
        .invalidType("array", reason: "arrays of arrays are not supported"), at: current.position)
    }
    return try dataType()
  }

  private mutating func decimal(at position: Int) throws(ExpressionError) -> DataType {
    guard accept(symbol: "(") else { return .decimal(precision: 10, scale: 0) }
    let precision = try count()
    let scale = accept(symbol: ",") ? try count() : 0
    try expect(symbol: ")")
    let type = DataType.decimal(precision: precision, scale: scale)
    guard 1...DecimalValue.maximumPrecision ~= precision, scale <= precision else {
      throw ExpressionError(
        .invalidType(
          type.description,
          reason: "the precision is 1 to \(DecimalValue.maximumPrecision), the scale at most it"),
        at: position)
    }
    return type
  }

  private mutating func count() throws(ExpressionError) -> Int {
    guard case .number(let text) = current.kind, let value = Int(text) else {
      throw unexpected("a number of digits")
    }
    advance()
    return value
  }

  /// Fields between commas: `a long, b array<double>`, or `a: long` as Spark also writes it.
  fileprivate mutating func fields() throws(ExpressionError) -> [Field] {
    var fields: [Field] = []
    repeat {
      let position = current.position
      let name: String
      switch current.kind {
      case .word(let word): name = word
      case .quotedName(let quoted): name = quoted
      default: throw unexpected("a column's name")
      }
      advance()
      if fields.contains(where: { $0.name == name }) {
        throw ExpressionError(.duplicateName(name), at: position)
      }
      _ = accept(symbol: ":")
      let type = try dataType()
      if type == .void {
        throw ExpressionError(.invalidType("void", reason: "a column needs a type"), at: position)
      }
      fields.append(Field(name, type))
      if accept(keyword: "NOT") { try expect(keyword: "NULL") }
    } while accept(symbol: ",")
    return fields
  }
}

extension Schema {
  /// Reads Spark's DDL: `a long, b array<double>`, also `a: long`. `NOT NULL` is accepted and has no effect.
  package init(ddl: String) throws(ExpressionError) {
    var parser = try ExpressionParser(ddl)
    let fields = try parser.fields()
    try parser.expectEnd()
    self.init(fields)
  }
}

extension DataType {
  /// Reads a type in Spark's DDL words.
  package init(ddl: String) throws(ExpressionError) {
    var parser = try ExpressionParser(ddl)
    self = try parser.dataType()
    try parser.expectEnd()
  }
}
