import Columnar
import Plan
import Testing
import Wire

@Suite struct ExpressionConversionTests {
  private let schema = try! Schema(
    ddl: """
      i int, l long, d double, s string, p boolean, dt date, t timestamp, dec decimal(38,3), \
      list array<double>
      """)

  @Test func expressionsComeBackAsTheyWere() throws {
    let expressions = [
      "i", "1", "NULL", "i + l * 2", "CASE WHEN p THEN d WHEN i > 1 THEN 2 ELSE l END",
      "coalesce(i, l, 0)", "p AND (i = 1 OR l IS NULL) AND NOT p", "try_cast(s AS DATE)",
      "try_divide(d, i)", "s LIKE 'a!%' ESCAPE '!'", "DATE '1960-01-01' < dt", "X'00ff' IS NULL",
      "dec * -12345678901234567890123456789.5", "TIMESTAMP '1969-12-31 00:00:00.5' = t",
      "list[0] > -1.5F", "CAST('NaN' AS DOUBLE) = d", "-9223372036854775808 = l", "true",
    ]
    for sql in expressions {
      let bound = try parseExpression(sql).bound(to: schema)
      let bytes: [UInt8] = try bound.wire.serializedBytes()
      let back = try BoundExpression(wire: Roost_BoundExpression(serializedBytes: bytes))
      #expect(back == bound, "\(sql)")
    }
  }

  @Test func deepExpressionsTravel() throws {
    let sum = Array(repeating: "l", count: 190).joined(separator: " + ")
    let bound = try parseExpression(sum).bound(to: schema)
    let bytes: [UInt8] = try bound.wire.serializedBytes()
    #expect(try BoundExpression(wire: Roost_BoundExpression(serializedBytes: bytes)) == bound)
  }

  @Test func schemasAndConstantsComeBackAsTheyWere() throws {
    var wide = schema
    wide.fields.append(Field("statistics", .fixedSizeList(.double, count: 7)))
    wide.fields.append(Field("nothing", .void))
    #expect(try Schema(wire: wide.wire) == wide)
    let scalars: [Scalar] = [
      .null, .boolean(false), .integer(.min), .float(-0.0), .double(.infinity), .string("ä\0"),
      .binary([0, 255]), .date(.min), .timestamp(.max),
      .decimal(unscaled: -170_141_183_460_469_231_731_687_303_715_884_105_728, scale: 38),
      .decimal(unscaled: 1, scale: 0), .list([.double(1), .null, .list([])]),
    ]
    for scalar in scalars { #expect(try Scalar(wire: scalar.wire) == scalar) }
  }

  @Test func sortOrdersAndNamesComeBackAsTheyWere() throws {
    let order = try parseSortList("i DESC NULLS FIRST")[0].bound(to: schema)
    #expect(try SortOrder(wire: order.wire) == order)
    let named = NamedExpression(name: "x", expression: .column(1, .long))
    #expect(try NamedExpression(wire: named.wire) == named)
  }

  @Test func messagesThatMeanNothingAreRefused() throws {
    let column = BoundExpression.column(0, .long).wire.nodes[0]
    var call = try parseExpression("l + 1L").bound(to: schema).wire.nodes[2]
    func refused(_ nodes: [Roost_ExpressionNode]) -> Bool {
      var message = Roost_BoundExpression()
      message.nodes = nodes
      do {
        _ = try BoundExpression(wire: message)
        return false
      } catch {
        return true
      }
    }
    #expect(!refused([column, column, call]))
    #expect(refused([]))
    #expect(refused([column, column]))
    #expect(refused([column, call]))
    call.operandCount = 1
    #expect(refused([column, call]))
    call.operandCount = 2
    call.call = "noSuchFunction"
    #expect(refused([column, column, call]))
    var unknown = column
    unknown.type = Roost_DataType()
    #expect(refused([unknown]))
    var chain = [column]
    var negate = call
    negate.call = "negate"
    negate.operandCount = 1
    chain += Array(repeating: negate, count: 5000)
    #expect(refused(chain))
    var decimal = Roost_DataType()
    decimal.kind = .decimal
    decimal.precision = 99
    #expect(throws: ProtocolError.self) { try DataType(wire: decimal) }
  }
}
