import Columnar
import Testing

@Suite struct ComputeValueTests {
  @Test func everyDayHasOneDate() {
    var previous = CalendarDate(daysSinceEpoch: -1_000_001)
    for days in -1_000_000..<1_000_000 {
      let date = CalendarDate(daysSinceEpoch: days)
      if date.daysSinceEpoch != days || !date.isValid { Issue.record("day \(days)") }
      let follows =
        date.day == previous.day + 1 && date.month == previous.month || date.day == 1
      if !follows { Issue.record("day \(days) after \(previous)") }
      previous = date
    }
    #expect(CalendarDate(daysSinceEpoch: 0) == CalendarDate(year: 1970, month: 1, day: 1))
    #expect(CalendarDate(year: 2000, month: 2, day: 29).daysSinceEpoch == 11_016)
    for days in [Int(Int32.max), Int(Int32.min)] {
      #expect(CalendarDate(daysSinceEpoch: days).daysSinceEpoch == days)
    }
  }

  @Test func datesAndTimestampsReadWhatTheyWrite() {
    for days: Int32 in [0, -1, 11_016, -719_528, 2_932_896] {
      #expect(parseDate(formatDate(days)) == days)
    }
    for time: Int64 in [0, -1, 1, 1_500_000, -62_135_596_800_000_000, 253_402_300_799_999_999] {
      #expect(parseTimestamp(formatTimestamp(time)) == time)
    }
    #expect(formatTimestamp(.max).hasPrefix("+294247-01-10 04:00:54.775807"))
    #expect(formatTimestamp(.min).hasPrefix("-290308-12-21 19:59:05.224192"))
    #expect(formatDate(.max) == "+5881580-07-11")
    #expect(parseTimestamp("9999999-01-01") == nil)
  }

  @Test func decimalsDivideThroughMoreThanTheirDigits() {
    let third = DecimalValue.divide(.init(1, scale: 0), by: .init(3, scale: 0), scale: 38)
    #expect(
      third.map { DecimalValue.format($0, scale: 38) } == "0." + String(repeating: "3", count: 38))
    let most = DecimalValue.powersOfTen[38] - 1
    #expect(DecimalValue.divide(.init(most, scale: 0), by: .init(most, scale: 38), scale: 0) == nil)
    #expect(
      DecimalValue.divide(.init(most, scale: 38), by: .init(most, scale: 38), scale: 6) == 1_000_000
    )
    #expect(DecimalValue.divide(.init(-1, scale: 0), by: .init(8, scale: 0), scale: 2) == -13)
    #expect(DecimalValue.divide(.init(1, scale: 38), by: .init(most, scale: 0), scale: 6) == 0)
    #expect(DecimalValue.divide(.init(0, scale: 0), by: .init(7, scale: 38), scale: 38) == 0)
    #expect(
      DecimalValue.multiply(.init(most, scale: 38), .init(most, scale: 38), scale: 37)
        == DecimalValue.powersOfTen[37])
    #expect(DecimalValue.multiply(.init(most, scale: 0), .init(10, scale: 0), scale: 0) == nil)
    #expect(
      DecimalValue.add(.init(most, scale: 0), .init(1, scale: 0), scale: 0).map {
        DecimalValue.fits($0, precision: 38)
      } == false)
    #expect(DecimalValue.remainder(.init(.min, scale: 0), by: .init(-1, scale: 0), scale: 0) == 0)
    #expect(DecimalValue.integralQuotient(.init(.min, scale: 0), by: .init(-1, scale: 0)) == nil)
  }

  @Test func decimalsAgreeWithExactArithmeticOnSmallNumbers() {
    var seed: UInt64 = 7
    func next(_ bound: Int128) -> Int128 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int128(seed >> 30) % (2 * bound) - bound
    }
    for _ in 0..<2000 {
      let a = next(1_000_000)
      let b = next(10_000)
      #expect(DecimalValue.add(.init(a, scale: 3), .init(b, scale: 1), scale: 3) == a + b * 100)
      let product = a * b
      let rounded = (product.magnitude + 5) / 10
      #expect(
        DecimalValue.multiply(.init(a, scale: 3), .init(b, scale: 1), scale: 3)
          == (product < 0 ? -Int128(rounded) : Int128(rounded)))
      guard b != 0 else { continue }
      // a/1000 / (b/10), to four digits: a * 100 / b, rounded half away from zero.
      let magnitude = (a.magnitude * 200 + b.magnitude) / (2 * b.magnitude)
      #expect(
        DecimalValue.divide(.init(a, scale: 3), by: .init(b, scale: 1), scale: 4)
          == ((a < 0) != (b < 0) ? -Int128(magnitude) : Int128(magnitude)))
    }
  }

  @Test func numbersPrintAsJavaPrintsThem() {
    let cases: [(Double, String)] = [
      (0, "0.0"), (1e-3, "0.001"), (9.999e-4, "9.999E-4"), (1e7, "1.0E7"),
      (9_999_999.5, "9999999.5"),
      (.greatestFiniteMagnitude, "1.7976931348623157E308"), (.leastNonzeroMagnitude, "5.0E-324"),
      (-123.25, "-123.25"), (1e21, "1.0E21"), (1.0e16, "1.0E16"),
      (123_456_789.125, "1.23456789125E8"),
    ]
    for (value, text) in cases { #expect(formatFloatingPoint(value) == text) }
    #expect(formatFloatingPoint(Float(1e10)) == "1.0E10")
    #expect(formatFloatingPoint(Float(0.1)) == "0.1")
  }

  @Test func columnMemoryMergesNullsOfSlices() throws {
    let source = Column(longs: (0..<100).map { $0.isMultiple(of: 3) ? nil : $0 })
    for start in 0..<20 {
      let slice = source.slice(start..<90)
      let memory = ColumnMemory(.long, length: slice.length)
      for row in 0..<slice.length {
        memory.values.storeBytes(of: Int64(row), toByteOffset: row * 8, as: Int64.self)
      }
      memory.addNulls(of: slice)
      memory.setNull(1)
      let column = memory.finish()
      for row in 0..<slice.length {
        #expect(column.isNull(row) == (slice.isNull(row) || row == 1))
      }
    }
  }
}
