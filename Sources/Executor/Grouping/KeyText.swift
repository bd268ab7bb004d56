import Columnar

extension Scalar {
  /// A key for people, short.
  var shortText: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): "'\(value.prefix(80))'"
    case .date(let days): formatDate(days)
    case .timestamp(let microseconds): formatTimestamp(microseconds)
    case .decimal(let unscaled, let scale): "\(unscaled)e-\(scale)"
    case .binary, .list: "\(self)"
    }
  }
}
