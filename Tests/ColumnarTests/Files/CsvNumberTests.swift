import Columnar
import Testing

/// Numbers in CSV, whose common forms have a fast way of their own. The plain way, which they are compared with,
/// is the standard library's `Double(_:)`.
@Suite struct CsvNumberTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ texts: [String], as type: DataType, nullValues: [String] = []
  ) throws -> [Scalar] {
    var options = ReadOptions()
    options.nullValues = nullValues
    // A second column, so that an empty text is not an empty line.
    let text = "v,w\n" + texts.map { $0 + ",1\n" }.joined()
    return try ReadRows(
      [try folder.write("t.csv", text)], .csv, options: options,
      schema: Schema([Field("v", type), Field("w", .long)]))["v"]
  }

  /// Compares the bits, so that -0.0 is not 0.0 and NaN is NaN.
  private func expectDoubles(_ texts: [String]) throws {
    let read = try read(texts, as: .double)
    try #require(read.count == texts.count)
    let wrong = zip(texts, read).filter { text, value in
      guard case .double(let value) = value else { return true }
      return value.bitPattern != Double(text)!.bitPattern
    }
    #expect(wrong.isEmpty)
  }

  @Test func doublesOfEveryLengthAreTheNearest() throws {
    var generator = SeededGenerator(seed: 3)
    var texts: [String] = []
    for digitCount in 1...25 {
      for decimals in 0...30 {
        for _ in 0..<20 {
          var digits = (0..<digitCount).map { _ in "\(UInt8.random(in: 0...9, using: &generator))" }
            .joined()
          if decimals > 0 {
            digits = String(repeating: "0", count: max(0, decimals + 1 - digitCount)) + digits
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
          }
          texts.append((Bool.random(using: &generator) ? "-" : "") + digits)
        }
      }
    }
    try expectDoubles(texts)
  }

  @Test func whatIsWrittenComesBack() throws {
    var generator = SeededGenerator(seed: 4)
    var texts: [String] = []
    while texts.count < 20_000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { texts.append("\(value)") }
      texts.append("\(Double.random(in: -1...1, using: &generator))")
    }
    try expectDoubles(texts)
  }

  /// Texts exactly between two doubles, and a digit beside that.
  @Test func ties() throws {
    var texts: [String] = []
    // Above 2^53 every odd number is such; divided by 2^k it has k decimals.
    for odd in stride(from: UInt64(1) << 53 + 1, to: UInt64(1) << 53 + 2001, by: 2) {
      texts.append("\(odd)")
      let (high, low) = odd.multipliedFullWidth(by: 25)
      precondition(high == 0)
      let hundredths = "\(low)"
      texts.append("\(hundredths.dropLast(2)).\(hundredths.suffix(2))")
      texts.append("\(hundredths.dropLast(2)).\(hundredths.suffix(2))1")
      texts.append("\(odd).0000000001")
      texts.append("\(odd - 1).9999999999")
    }
    try expectDoubles(texts)
  }

  @Test func zerosAndFarNumbers() throws {
    try expectDoubles([
      "0", "-0", "0.0", "-0.0", "00.50", "0.000000000000000000000000001",
      "0.0000000000000000000000000001", "-00000000000000000000000000012.5", "1e308", "-1E+308",
      "4.9e-324", "1e-400", "18446744073709551615", "18446744073709551616.5",
      "9999999999999999999", "-9999999999999999999.9", "0.1", "123456789.125", "1e22",
      "9007199254740993",
    ])
    #expect(
      try read(["inf", "-inf", "1e999"], as: .double).prefix(2) == [
        .double(.infinity), .double(-.infinity),
      ])
    guard case .double(let value)? = try read(["NaN"], as: .double).first else {
      Issue.record("no number")
      return
    }
    #expect(value.isNaN)
  }

  @Test func spacesAndQuotesAroundNumbers() throws {
    #expect(
      try read([" 1.5\t", "\"2.25\"", "\" -3\"", "1.", ".5"], as: .double)
        == [.double(1.5), .double(2.25), .double(-3), .double(1), .double(0.5)])
    #expect(
      try read([" 7 ", "\"8\"", "-9"], as: .long) == [.integer(7), .integer(8), .integer(-9)])
  }

  @Test func longsToTheLimits() throws {
    let values: [Int64] = [
      .min, .max, .min + 1, 0, -1, 999_999_999_999_999_999, -999_999_999_999_999_999,
      1_000_000_000_000_000_000, 12_345_678, 123_456_789,
    ]
    #expect(try read(values.map { "\($0)" }, as: .long) == values.map { .integer($0) })
    #expect(
      try read(["-0", "007", "0000000000000000000012"], as: .long)
        == [.integer(0), .integer(7), .integer(12)])
  }

  @Test func nullsAreNotTakenForNumbers() throws {
    #expect(
      try read(["-1", "1", "", "-10", "NA"], as: .long, nullValues: ["-1", "NA"])
        == [.null, .integer(1), .null, .integer(-10), .null])
    #expect(
      try read(["-999.0", "-999", "", "x"], as: .double, nullValues: ["-999.0", "x"])
        == [.null, .double(-999), .null, .null])
    // A quoted text stands for itself.
    #expect(try read(["\"-1\"", "-1"], as: .long, nullValues: ["-1"]) == [.integer(-1), .null])
  }

  @Test(arguments: ["-", "1-", "1..5", "1.5.", "0x", "1,", "--1", "1 2", "１", "\"\"", "."])
  func whatIsNoNumberIsAnError(_ text: String) throws {
    for type in [DataType.long, .double] { try expectRefused(text, as: type) }
  }

  @Test(arguments: ["+1", "1.0", "1e3", "9223372036854775808", "-9223372036854775809"])
  func whatIsNoLongIsAnError(_ text: String) throws {
    try expectRefused(text, as: .long)
  }

  private func expectRefused(_ text: String, as type: DataType) throws {
    guard case .malformed(_, 3, _, _)? = fileError({ _ = try read(["1", text], as: type) }) else {
      Issue.record("\(text) is taken for a \(type)")
      return
    }
  }
}
