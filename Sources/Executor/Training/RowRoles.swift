import Columnar

/// What each row of a batch is for: training, testing, or nothing because a value is missing.
struct RowRoles {
  static let train: UInt8 = 0
  static let test: UInt8 = 1
  /// Or more.
  static let dropped: UInt8 = 2

  private(set) var roles: [UInt8] = []

  /// Sets the role of each row: dropped when one of `values`, columns of doubles or of texts, is null or NaN. O(values).
  mutating func assign(_ rows: RecordBatch, values: [Int], heldOut: Int?) {
    let count = rows.rowCount
    roles.removeAll(keepingCapacity: true)
    roles.append(contentsOf: repeatElement(Self.train, count: count))
    roles.withUnsafeMutableBufferPointer { roles in
      if let heldOut {
        let column = rows.columns[heldOut]
        withExtendedLifetime(column) {
          let bits = column.booleans
          for row in 0..<count where bits[row] { roles[row] = Self.test }
        }
      }
      for index in values {
        let column = rows.columns[index]
        // Texts of classes and categories are never NaN.
        if column.type == .double {
          column.withValues(as: Double.self) { values in
            // Only NaN differs from itself; `isNaN` looks at bits, which is slower in vectors.
            for row in 0..<count { roles[row] |= values[row] != values[row] ? Self.dropped : 0 }
          }
        }
        withExtendedLifetime(column) {
          guard let validity = column.validity else { return }
          for row in 0..<count where !validity[row] { roles[row] |= Self.dropped }
        }
      }
    }
  }
}
