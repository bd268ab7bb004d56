import Columnar

/// SplitMix64, so that a failing case of random data comes again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension SeededGenerator {
  static let keyTypes: [DataType] = [
    .void, .boolean, .byte, .short, .integer, .long, .float, .double, .string, .binary, .date,
    .timestamp, .decimal(precision: 38, scale: 2), .list(.double),
  ]

  /// A value of few distinct ones, with nulls and the extremes among them.
  mutating func scalar(_ type: DataType) -> Scalar {
    if Int.random(in: 0..<6, using: &self) == 0 { return .null }
    let small = Int64.random(in: -2...2, using: &self)
    let extreme = Int.random(in: 0..<4, using: &self) == 0
    switch type {
    case .boolean: return .boolean(small > 0)
    case .byte: return .integer(extreme ? Int64(Int8.min) : small)
    case .short: return .integer(extreme ? Int64(Int16.max) : small)
    case .integer: return .integer(extreme ? Int64(Int32.min) : small)
    case .long: return .integer(extreme ? (small > 0 ? .max : .min) : small)
    case .float:
      return .float(extreme ? [.nan, .infinity, -0.0][Int(small + 2) % 3] : Float(small))
    case .double:
      return .double(
        extreme ? [.nan, -Double.nan, -.infinity, -0.0, 1e308][Int(small + 2)] : Double(small))
    case .string:
      return .string(String(repeating: "aé", count: Int(small + 2) * 2) + (extreme ? "\0" : ""))
    case .binary: return .binary([UInt8](repeating: extreme ? 0 : 255, count: Int(small + 2)))
    case .date: return .date(extreme ? .max : Int32(small))
    case .timestamp: return .timestamp(extreme ? .min : small)
    case .decimal(_, let scale):
      return .decimal(unscaled: extreme ? Int128(small) << 100 : Int128(small), scale: scale)
    case .list:
      return .list((0..<Int(small + 2)).map { .double(extreme ? .nan : Double($0)) })
    case .void, .fixedSizeList: return .null
    }
  }

  mutating func column(_ type: DataType, _ count: Int) throws -> Column {
    try Column(type, (0..<count).map { _ in scalar(type) })
  }
}

extension Scalar {
  /// What groups together becomes equal.
  var canonical: Scalar {
    switch self {
    case .float(let value): .double(Double(value)).canonical
    case .double(let value):
      .integer(Int64(bitPattern: value == 0 ? 0 : value.isNaN ? 1 : value.bitPattern))
    case .list(let values): .list(values.map(\.canonical))
    default: self
    }
  }
}
