import Columnar

/// The unscaled values of a decimal column, which may stand at addresses that are no multiples of sixteen.
/// Unsafe: valid while the column is alive, for rows of the column.
struct DecimalValues {
  private let start: UnsafeRawPointer

  fileprivate init(_ column: Column) {
    start = UnsafeRawPointer(column.pointer(as: (UInt64, UInt64).self))
  }

  @inline(__always)
  subscript(_ row: Int) -> Int128 {
    start.loadUnaligned(fromByteOffset: row &* 16, as: Int128.self)
  }
}

extension Column {
  var unscaledDecimals: DecimalValues { DecimalValues(self) }
}
