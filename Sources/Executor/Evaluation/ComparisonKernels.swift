import Columnar
import Plan

// Comparisons, with Spark's order of floating-point numbers: NaN equals NaN and is larger than any other
// number, 0.0 equals -0.0. For all other types Arrow's order is Spark's.

extension KernelCall {
  func compare(_ function: ScalarFunction, _ left: Datum, _ right: Datum) throws -> Column {
    switch left.type {
    // A float is a double with fewer digits: the order is the same.
    case .float: return try doubles(function, widened(left), widened(right))
    case .double: return doubles(function, left, right)
    case .void:
      return try Datum.scalar(.null, .boolean)
        .expanded(to: part(.boolean, of: [left, right]).rowCount)
    default:
      return try arrow(function.arrowComparison, [left, right], returning: .boolean)
    }
  }

  private func doubles(_ function: ScalarFunction, _ left: Datum, _ right: Datum) -> Column {
    let call = part(.boolean, of: [left, right])
    switch function {
    case .equal: return call.test(left, right) { $0 == $1 || ($0 != $0 && $1 != $1) }
    case .notEqual: return call.test(left, right) { !($0 == $1 || ($0 != $0 && $1 != $1)) }
    case .less: return call.test(left, right) { !($0 >= $1 || $0 != $0) }
    case .lessOrEqual: return call.test(left, right) { $0 <= $1 || $1 != $1 }
    case .greater: return call.test(left, right) { !($0 <= $1 || $1 != $1) }
    default: return call.test(left, right) { $0 >= $1 || $0 != $0 }
    }
  }

  private func widened(_ argument: Datum) throws -> Datum {
    datum(try part(.double, of: [argument]).castNumber(argument), [argument])
  }

  /// A part of this call: another result from these arguments, a constant when they are.
  func part(_ type: DataType, of arguments: [Datum]) -> KernelCall {
    let isConstant = arguments.allSatisfy(\.isScalar)
    return KernelCall(
      expression: BoundExpression(expression.kind, type), columnNames: columnNames,
      rowCount: isConstant ? 1 : rowCount, mode: mode, isConstant: isConstant)
  }

  /// Two nulls are equal, a null and a value are not.
  func nullSafeEqual(_ left: Datum, _ right: Datum) throws -> Column {
    let both = [left, right]
    let areNull = datum(
      try arrow(
        "and",
        [
          datum(try arrow("is_null", [left]), [left]),
          datum(try arrow("is_null", [right]), [right]),
        ]), both)
    let areEqual = datum(
      try arrow(
        "coalesce",
        [datum(try compare(.equal, left, right), both), .scalar(.boolean(false), .boolean)]), both)
    return try arrow("or", [areNull, areEqual])
  }

  func between(_ arguments: [Datum]) throws -> Column {
    let isAbove = datum(
      try compare(.greaterOrEqual, arguments[0], arguments[1]), Array(arguments[0...1]))
    let isBelow = datum(
      try compare(.lessOrEqual, arguments[0], arguments[2]), [arguments[0], arguments[2]])
    return try arrow("and_kleene", [isAbove, isBelow])
  }

  /// Arrow looks constants up in a hash table, which would tell 0.0 from -0.0.
  func isIn(_ value: Datum, _ candidates: [Datum]) throws -> Column {
    if candidates.allSatisfy(\.isScalar), !value.type.isFloatingPoint, value.type != .void {
      let set = try Column.concatenating(candidates.map(\.column))
      return try arrow("is_in", [value], .lookup(set))
    }
    var result = datum(try compare(.equal, value, candidates[0]), [value, candidates[0]])
    for candidate in candidates.dropFirst() {
      let isEqual = datum(try compare(.equal, value, candidate), [value, candidate])
      result = datum(try arrow("or_kleene", [result, isEqual]), [result, isEqual])
    }
    return result.column
  }

  func nullIf(_ value: Datum, _ other: Datum) throws -> Column {
    let isEqual = datum(
      try arrow(
        "coalesce",
        [
          datum(try compare(.equal, value, other), [value, other]),
          .scalar(.boolean(false), .boolean),
        ], returning: .boolean), [value, other])
    return try arrow("if_else", [isEqual, .scalar(.null, type), value])
  }

  /// The largest or smallest of the arguments that are not null.
  func extreme(_ arguments: [Datum], _ comparison: ScalarFunction) throws -> Column {
    var result = arguments[0]
    for argument in arguments.dropFirst() {
      let both = [result, argument]
      // Null where one of them is: the other one is taken then.
      let isFirst = datum(try compare(comparison, result, argument), both)
      let chosen = datum(try arrow("if_else", [isFirst, result, argument]), both)
      result = datum(try arrow("coalesce", [chosen, result, argument]), both)
    }
    return try result.expanded(to: rowCount)
  }
}

extension ScalarFunction {
  fileprivate var arrowComparison: String {
    switch self {
    case .equal: "equal"
    case .notEqual: "not_equal"
    case .less: "less"
    case .lessOrEqual: "less_equal"
    case .greater: "greater"
    default: "greater_equal"
    }
  }
}
