import Columnar
import Testing

/// Whatever a text file holds, cutting it must not change what is read.
@Suite struct TextSplitPropertyTests {
  /// Numbers from a seed, so that a failure can be run again (the generator of L'Ecuyer's tables, 1999).
  private struct Generator {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state = state &* 3_935_559_000_370_003_845 &+ 2_691_343_689_449_507_681
      return Int((state >> 33) % UInt64(bound))
    }
  }

  private func expectSame(
    _ text: String, _ format: FileFormat, options: ReadOptions = ReadOptions(), schema: Schema,
    in folder: TemporaryFolder
  ) throws {
    let path = try folder.write("t", text)
    func rows(_ partitions: Int) -> Result<[[Scalar]], FileError> {
      do {
        return .success(
          try ReadRows(
            [path], format, options: options, schema: schema, partitions: partitions
          ).columns)
      } catch {
        return .failure(error as! FileError)
      }
    }
    let whole = rows(1)
    for partitions in [2, 3, 5, 100] {
      switch (whole, rows(partitions)) {
      case (.success(let one), .success(let other)):
        #expect(one == other, "\(text.debugDescription)")
      // Another split may come across another row first.
      case (.failure, .failure): break
      default: Issue.record("\(partitions) partitions of \(text.debugDescription)")
      }
    }
  }

  @Test(arguments: [false, true]) func csv(escapes: Bool) throws {
    let folder = try TemporaryFolder()
    var options = ReadOptions()
    options.header = false
    if escapes { options.escape = "\\" }
    let schema = Schema([Field("a", .string), Field("b", .string)])
    let pieces = [
      "\"", "\"\"", ",", "\n", "\n", "\r\n", "\r", "x", "é", "1", "\\", "a,b\n", "\"c\"",
    ]
    var generator = Generator(state: 17)
    for _ in 0..<400 {
      var text = ""
      for _ in 0..<(1 + generator.next(below: 12)) {
        text += pieces[generator.next(below: pieces.count)]
      }
      try expectSame(text, .csv, options: options, schema: schema, in: folder)
    }
    // Rows that are sound, with a stray quote among them now and then.
    for _ in 0..<100 {
      var text = ""
      for row in 0..<20 {
        text +=
          ["x,\(row)", "\"a,\"\"\",\(row)", "y\"z,", ",\"\""][generator.next(below: 4)] + "\n"
        if generator.next(below: 60) == 0 { text += "\"" }
      }
      try expectSame(text, .csv, options: options, schema: schema, in: folder)
    }
  }

  @Test func json() throws {
    let folder = try TemporaryFolder()
    let schema = Schema([Field("a", .long), Field("b", .string)])
    let lines = [
      #"{"a": 1, "b": "x"}"#, #"{"b": "\" {"}"#, "", "{}", #"{"a": null, "c": [1, {"d": 2}]}"#,
      #"{"a": 2} "#,
    ]
    var generator = Generator(state: 5)
    for _ in 0..<100 {
      var text = ""
      for _ in 0..<generator.next(below: 12) {
        text += lines[generator.next(below: lines.count)] + "\n"
        if generator.next(below: 50) == 0 { text += "{" }
      }
      try expectSame(text, .json, schema: schema, in: folder)
    }
  }
}
