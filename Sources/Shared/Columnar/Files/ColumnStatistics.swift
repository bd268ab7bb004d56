/// What a Parquet footer says about the values of a column in a row group.
struct ColumnStatistics {
  var rowCount: Int64
  /// Nil when the writer did not count.
  var nullCount: Int64?
  /// No value is smaller than the first or larger than the second, NaN apart; nil when the file does not tell.
  /// Long strings may have been cut, to something still smaller and still larger.
  var bounds: (smallest: Scalar, largest: Scalar)?

  /// Whether a row of the group may make the predicate true. False only when none can: a null makes no
  /// comparison true.
  func mayMatch(_ comparison: ColumnPredicate.Comparison, _ value: Scalar) -> Bool {
    if let nullCount, nullCount == rowCount { return false }
    if comparison == .isNotNull { return true }
    guard let bounds,
      let low = Order(bounds.smallest, value), let high = Order(bounds.largest, value)
    else { return true }
    // NaN is larger than all other values here, and writers leave it out of the bounds.
    let mayHoldNaN =
      switch value {
      case .float, .double: true
      default: false
      }
    switch comparison {
    case .equal: return low != .above && high != .below
    case .less: return low == .below
    case .lessOrEqual: return low != .above
    case .greater: return mayHoldNaN || high == .above
    case .greaterOrEqual: return mayHoldNaN || high != .below
    case .isNotNull: return true
    }
  }
}

/// Where a bound stands to a value.
private enum Order {
  case below, same, above

  /// Nil when the two do not compare: other types, NaN.
  init?(_ bound: Scalar, _ value: Scalar) {
    switch (bound, value) {
    case (.boolean(let a), .boolean(let b)): self.init(a ? 1 : 0, b ? 1 : 0)
    case (.integer(let a), .integer(let b)): self.init(a, b)
    case (.float(let a), .float(let b)):
      if a.isNaN || b.isNaN { return nil }
      self.init(a, b)
    case (.double(let a), .double(let b)):
      if a.isNaN || b.isNaN { return nil }
      self.init(a, b)
    case (.date(let a), .date(let b)): self.init(a, b)
    case (.timestamp(let a), .timestamp(let b)): self.init(a, b)
    case (.decimal(let a, let scale), .decimal(let b, let other)) where scale == other:
      self.init(a, b)
    case (.string(let a), .string(let b)): self.init(bytes: a.utf8, b.utf8)
    case (.binary(let a), .binary(let b)): self.init(bytes: a, b)
    default: return nil
    }
  }

  private init<Value: Comparable>(_ a: Value, _ b: Value) {
    self = a < b ? .below : a == b ? .same : .above
  }

  private init(bytes a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) {
    if a.lexicographicallyPrecedes(b) {
      self = .below
    } else {
      self = b.lexicographicallyPrecedes(a) ? .above : .same
    }
  }
}
