import Columnar

extension FunctionCatalogue {
  /// `int(x)` is `CAST(x AS INT)`, and so for the other types.
  static let conversions: [FunctionDefinition] = [
    conversion(["boolean"], .boolean), conversion(["tinyint"], .byte),
    conversion(["smallint"], .short), conversion(["int"], .integer),
    conversion(["bigint"], .long), conversion(["float"], .float), conversion(["double"], .double),
    conversion(["string"], .string), conversion(["date"], .date),
    conversion(["timestamp"], .timestamp), conversion(["binary"], .binary),
    conversion(["decimal"], .decimal(precision: 10, scale: 0)),
  ]

  private static func conversion(_ names: [String], _ type: DataType) -> FunctionDefinition {
    FunctionDefinition(names, 1) { call throws(ExpressionError) in
      let argument = call.arguments[0]
      guard argument.type.canBeCast(to: type) else {
        throw call.error(.invalidCast(from: argument.type, to: type))
      }
      return argument.casting(to: type)
    }
  }
}
