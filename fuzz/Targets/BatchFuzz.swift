import Columnar

/// Batches as other executors send them.
struct BatchFuzz: FuzzTarget {
  let name = "batches"

  func run(_ input: [UInt8]) {
    do {
      let incoming = try IncomingBatch(byteCount: input.count)
      input.withUnsafeBytes { incoming.append($0) }
      ReceivedBatch.read(incoming)
    } catch {
      _ = "\(error)"
    }
  }

  func seeds() throws -> [[UInt8]] {
    let batch = try Self.sample()
    let batches =
      (0..<batch.columns.count).map { index in
        RecordBatch([(batch.schema.names[index], batch.columns[index])])
      } + [batch, batch.slice(1..<3), batch.slice(2..<2)]
    return try batches.flatMap { batch in
      try SerializedBatch.Compression.allCases.map {
        try batch.serialized(compression: $0).bytes
      }
    }
  }

  /// A column of each type, with the values that are hardest on operators.
  static func sample() throws -> RecordBatch {
    let integers: [Scalar] = [.integer(0), .null, .integer(-1), .integer(7)]
    let lists: [Scalar] = [.list([.double(1), .null]), .null, .list([]), .list([.double(.nan)])]
    let wide = Int128(Int64.max) * 1_000_000_000_000
    let decimals: [Scalar] = [
      .decimal(unscaled: wide, scale: 3), .null, .decimal(unscaled: 0, scale: 3),
      .decimal(unscaled: -wide, scale: 3),
    ]
    let pairs: [Scalar] = [.list([.double(1), .double(2)]), .null, .null, .list([.null, .null])]
    return RecordBatch([
      ("b", try Column(.boolean, [.boolean(true), .null, .boolean(false), .null])),
      ("y", try Column(.byte, integers)), ("s", try Column(.short, integers)),
      ("i", try Column(.integer, integers)), ("l", Column(longs: [.max, nil, .min, 0])),
      ("f", try Column(.float, [.float(.infinity), .null, .float(-0.0), .float(.nan)])),
      ("d", Column(doubles: [.infinity, nil, -0.0, 1e308])),
      ("t", try Column(strings: ["2024-02-29", "", nil, "-12.5e3ä"])),
      ("x", try Column(.binary, [.binary([0, 255]), .null, .binary([]), .binary([7])])),
      ("day", try Column(.date, [.date(.max), .null, .date(.min), .date(0)])),
      (
        "time",
        try Column(.timestamp, [.timestamp(.max), .null, .timestamp(.min), .timestamp(-1)])
      ),
      ("m", try Column(.decimal(precision: 38, scale: 3), decimals)),
      ("a", try Column(.list(.double), lists)),
      ("p", try Column(.fixedSizeList(.double, count: 2), pairs)),
      ("v", try Column(.void, [.null, .null, .null, .null])),
    ])
  }
}
