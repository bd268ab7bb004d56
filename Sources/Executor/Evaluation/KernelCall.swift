import Columnar
import Plan

/// A function on its way over the rows of a batch: what its kernels need to know besides the arguments.
struct KernelCall {
  let expression: BoundExpression
  /// Names of the columns, for messages.
  let columnNames: [String]
  /// Rows of the result: 1 when all arguments are constants.
  let rowCount: Int
  let mode: EvaluationMode
  /// Whether all arguments are constants, and so is the result.
  let isConstant: Bool

  var type: DataType { expression.type }

  /// The expression as people write it.
  var text: String { expression.text(columns: columnNames) }

  var overflow: EvaluationError { .overflow(expression: text, type: type) }

  /// Calls an Arrow function and words its failures.
  func arrow(
    _ name: String, _ arguments: [Datum], _ options: FunctionOptions = .defaults,
    returning type: DataType? = nil
  ) throws -> Column {
    do {
      return try ComputeFunction.call(name, arguments, options, returning: type ?? self.type)
    } catch let error as ComputeError {
      throw EvaluationError.kernel(message: error.failure.message, expression: text)
    }
  }
}

/// The values of an argument of a type with a byte width: of a column one a row, of a constant always the same.
///
/// Holds pointers into the argument's column: whoever uses it keeps the datum alive.
struct Values<T: BitwiseCopyable> {
  private let base: UnsafeRawPointer
  /// Bytes from row to row: 0 for a constant.
  private let step: Int
  private let validity: Bitmap?
  private let validityStep: Int

  init(_ datum: Datum, as _: T.Type = T.self) {
    let column = datum.column
    base = UnsafeRawPointer(column.pointer(as: T.self))
    step = datum.isScalar ? 0 : MemoryLayout<T>.stride
    validity = column.validity
    validityStep = datum.isScalar ? 0 : 1
  }

  /// Without an assumption on alignment: the C data interface asks for none.
  @inline(__always)
  subscript(_ row: Int) -> T {
    (base + row &* step).loadUnaligned(as: T.self)
  }

  @inline(__always)
  func isValid(_ row: Int) -> Bool {
    guard let validity else { return true }
    return validity[row &* validityStep]
  }

  var hasNulls: Bool { validity != nil }
}

extension Datum {
  /// The values of an argument; a constant is a column of one.
  var column: Column {
    switch self {
    case .column(let column), .scalar(let column): column
    case .batch: preconditionFailure("no argument of a kernel is a batch")
    }
  }

  var isScalar: Bool {
    if case .scalar = self { true } else { false }
  }

  var type: DataType { column.type }

  /// A constant null: most functions give null for it whatever the rest.
  var isNullScalar: Bool { isScalar && column.isNull(0) }

  /// One value for each of `rowCount` rows.
  func expanded(to rowCount: Int) throws -> Column {
    guard case .scalar(let column) = self else { return self.column }
    if rowCount == 1 { return column }
    return try column.taking(
      Column(longs: [Int64?](repeating: 0, count: rowCount)))
  }
}
