import Columnar

extension Scalar {
  /// The value of a key as a text that stands for itself, at most so long that a page can show it; nil for null.
  var keyText: String? {
    switch self {
    case .null: nil
    case .string(let value): String(value.prefix(200))
    default: shortText
    }
  }

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
