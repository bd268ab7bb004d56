import ArrowBridge
import Columnar
import Testing

@Suite struct ColumnTests {
  @Test func holdsValuesAndNullsOfEachType() throws {
    let cases: [(DataType, [Scalar])] = [
      (.boolean, [.boolean(true), .null, .boolean(false)]),
      (.byte, [.integer(-128), .null, .integer(127)]),
      (.short, [.integer(-32768), .null]),
      (.integer, [.integer(7), .null]),
      (.long, [.integer(.max), .null, .integer(.min)]),
      (.float, [.float(1.5), .null]),
      (.double, [.null, .double(-0.25)]),
      (.string, [.string("ä"), .null, .string("")]),
      (.binary, [.binary([0, 255]), .null]),
      (.date, [.date(-1), .null]),
      (.timestamp, [.timestamp(1), .null]),
      (
        .decimal(precision: 38, scale: 2),
        [.decimal(unscaled: -12345, scale: 2), .null, .decimal(unscaled: 1 << 100, scale: 2)]
      ),
      (.list(.double), [.list([.double(1), .double(2)]), .null, .list([])]),
    ]
    for (type, scalars) in cases {
      let column = try Column(type, scalars)
      #expect(column.scalars == scalars)
      #expect(column.nullCount == 1)
      #expect(column.slice(1..<2).scalars == [scalars[1]])
    }
  }

  @Test func crossesTheArrowInterfaceAndBack() throws {
    let batch = RecordBatch([
      ("a", Column(longs: [1, nil, 3])), ("b", try Column(strings: ["x", "yy", nil])),
      ("c", try Column(.list(.double), [.list([.double(1)]), .null, .list([.double(2)])])),
    ]).slice(1..<3)
    var array = ArrowArray()
    var schema = ArrowSchema()
    batch.export(to: &array)
    batch.schema.export(to: &schema)
    let back = try RecordBatch(consuming: &array, schema: Schema(consuming: &schema))
    #expect(back.schema == batch.schema)
    for (one, other) in zip(back.columns, batch.columns) { #expect(one.scalars == other.scalars) }
  }
}
