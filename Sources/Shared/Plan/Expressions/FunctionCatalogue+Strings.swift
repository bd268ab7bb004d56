import Columnar

extension FunctionCatalogue {
  static let strings: [FunctionDefinition] = [
    .scalar(["upper", "ucase"], [.string], .string, .upper),
    .scalar(["lower", "lcase"], [.string], .string, .lower),
    .scalar(["initcap"], [.string], .string, .initcap),
    .scalar(["reverse"], [.string], .string, .reverse),
    .scalar(["length", "char_length", "character_length", "len"], [.string], .integer, .length),
    .scalar(["octet_length"], [.string], .integer, .octetLength),
    .scalar(["ascii"], [.string], .integer, .ascii),
    trim(["btrim", "trim"], .trim),
    trim(["ltrim"], .trimLeft),
    trim(["rtrim"], .trimRight),
    FunctionDefinition(["substring", "substr"], 2...3) { call throws(ExpressionError) in
      let length =
        call.count == 3
        ? try call.argument(2, .integer) : .literal(.integer(Int64(Int32.max)), .integer)
      return string(
        .substring, [try call.argument(0, .string), try call.argument(1, .integer), length])
    },
    .scalar(["left"], [.string, .integer], .string, .left),
    .scalar(["right"], [.string, .integer], .string, .right),
    .scalar(["repeat"], [.string, .integer], .string, .repeat),
    FunctionDefinition(["space"], 1) { call throws(ExpressionError) in
      string(.repeat, [.literal(.string(" "), .string), try call.argument(0, .integer)])
    },
    FunctionDefinition(["replace"], 2...3) { call throws(ExpressionError) in
      let replacement =
        call.count == 3 ? try call.argument(2, .string) : .literal(.string(""), .string)
      return string(
        .replace, [try call.argument(0, .string), try call.argument(1, .string), replacement])
    },
    .scalar(["translate"], [.string, .string, .string], .string, .translate),
    FunctionDefinition(["concat"], 0...FunctionDefinition.anyCount) {
      call throws(ExpressionError) in
      try concat(call)
    },
    FunctionDefinition(["concat_ws"], 1...FunctionDefinition.anyCount) {
      call throws(ExpressionError) in
      string(
        .concatWithSeparator,
        try call.arguments(as: Array(repeating: .string, count: call.count)))
    },
    .scalar(["contains"], [.string, .string], .boolean, .contains),
    .scalar(["startswith"], [.string, .string], .boolean, .startsWith),
    .scalar(["endswith"], [.string, .string], .boolean, .endsWith),
    FunctionDefinition(["instr"], 2) { call throws(ExpressionError) in
      locate(try call.argument(1, .string), in: try call.argument(0, .string), from: nil)
    },
    FunctionDefinition(["locate", "position", "charindex"], 2...3) {
      call throws(ExpressionError) in
      locate(
        try call.argument(0, .string), in: try call.argument(1, .string),
        from: call.count == 3 ? try call.argument(2, .integer) : nil)
    },
    pad(["lpad"], .padLeft),
    pad(["rpad"], .padRight),
    FunctionDefinition(["regexp_like", "rlike", "regexp"], 2) { call throws(ExpressionError) in
      try pattern(call, .regexpLike, .boolean)
    },
    FunctionDefinition(["regexp_replace"], 3) { call throws(ExpressionError) in
      // Both constants: the replacement refers to groups of the pattern.
      guard let replacement = try call.constantString(2) else { return .literal(.null, .string) }
      return try pattern(
        call, .regexpReplace, .string, [.literal(.string(replacement), .string)])
    },
    FunctionDefinition(["regexp_extract"], 2...3) { call throws(ExpressionError) in
      let group = call.count == 3 ? try call.constantInteger(2) : 1
      guard let group else { return .literal(.null, .string) }
      guard 0...9 ~= group else {
        throw call.error(
          .invalidArgument(function: call.name, argument: 3, reason: "must be a group in 0 to 9"))
      }
      return try pattern(
        call, .regexpExtract, .string, [.literal(.integer(Int64(group)), .integer)])
    },
    FunctionDefinition(["split"], 2...3) { call throws(ExpressionError) in
      let limit = call.count == 3 ? try call.constantInteger(2) : -1
      guard let limit else { return .literal(.null, .list(.string)) }
      return try pattern(
        call, .split, .list(.string), [.literal(.integer(Int64(limit)), .integer)])
    },
  ]

  private static func string(
    _ function: ScalarFunction, _ arguments: [BoundExpression]
  ) -> BoundExpression {
    BoundExpression(.call(function, arguments, .ansi), .string)
  }

  /// The text, then maybe the characters to cut instead of spaces: a constant.
  private static func trim(
    _ names: [String], _ function: ScalarFunction
  ) -> FunctionDefinition {
    FunctionDefinition(names, 1...2) { call throws(ExpressionError) in
      let characters = call.count == 2 ? try call.constantString(1) : " "
      guard let characters else { return .literal(.null, .string) }
      return string(
        function, [try call.argument(0, .string), .literal(.string(characters), .string)])
    }
  }

  private static func pad(_ names: [String], _ function: ScalarFunction) -> FunctionDefinition {
    FunctionDefinition(names, 2...3) { call throws(ExpressionError) in
      let padding =
        call.count == 3 ? try call.argument(2, .string) : .literal(.string(" "), .string)
      return string(
        function, [try call.argument(0, .string), try call.argument(1, .integer), padding])
    }
  }

  private static func locate(
    _ wanted: BoundExpression, in text: BoundExpression, from start: BoundExpression?
  ) -> BoundExpression {
    let start = start ?? .literal(.integer(1), .integer)
    return BoundExpression(.call(.locate, [wanted, text, start], .ansi), .integer)
  }

  /// `concat` and `||`.
  static func concat(_ call: FunctionCall) throws(ExpressionError) -> BoundExpression {
    if call.count == 0 { return .literal(.string(""), .string) }
    return string(
      .concat, try call.arguments(as: Array(repeating: .string, count: call.count)))
  }

  /// A call whose second argument is a regular expression: a constant, so that it is compiled once.
  static func pattern(
    _ call: FunctionCall, _ function: ScalarFunction, _ type: DataType,
    _ options: [BoundExpression] = []
  ) throws(ExpressionError) -> BoundExpression {
    let text = try call.argument(0, .string)
    guard let pattern = try call.constantString(1) else { return .literal(.null, type) }
    return BoundExpression(
      .call(function, [text, .literal(.string(pattern), .string)] + options, .ansi), type)
  }

  /// `value LIKE pattern [ESCAPE character]`.
  static func like(
    _ call: FunctionCall, _ function: ScalarFunction
  ) throws(ExpressionError) -> BoundExpression {
    let escape = call.count == 3 ? try call.constantString(2) : "\\"
    guard let escape, let pattern = try call.constantString(1) else {
      return .literal(.null, .boolean)
    }
    guard escape.unicodeScalars.count == 1, escape != "%", escape != "_" else {
      throw call.error(
        .invalidArgument(
          function: call.name, argument: 3, reason: "(the escape) must be one character"))
    }
    if !isWellEscaped(pattern, by: escape) {
      throw call.error(
        .invalidArgument(
          function: call.name, argument: 2,
          reason: "may use the escape \(escape) only before %, _ and itself"))
    }
    return try self.pattern(call, function, .boolean, [.literal(.string(escape), .string)])
  }

  private static func isWellEscaped(_ pattern: String, by escape: String) -> Bool {
    var characters = pattern.unicodeScalars.makeIterator()
    let escape = escape.unicodeScalars.first
    while let character = characters.next() {
      guard character == escape else { continue }
      guard let next = characters.next(), next == escape || next == "%" || next == "_" else {
        return false
      }
    }
    return true
  }
}
