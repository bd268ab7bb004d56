import Columnar
import Plan

/// The columns of a grouping's rows while they are gathered. Names are unique, as in every schema.
struct RowColumns {
  private(set) var expressions: [NamedExpression]
  private let keyCount: Int

  init(keys: [NamedExpression]) {
    expressions = keys
    keyCount = keys.count
  }

  var schema: Schema { Schema(expressions.map { Field($0.name, $0.expression.type) }) }

  /// The column of an expression, a new one unless it is there. A key is not taken for it: keys are
  /// canonical after a shuffle (-0.0 becomes 0.0), values are not.
  mutating func index(of expression: BoundExpression, name: String) -> Int {
    let values = expressions.indices.dropFirst(keyCount)
    if let index = values.first(where: { expressions[$0].expression == expression }) {
      return index
    }
    expressions.append(NamedExpression(name: unusedName(name), expression: expression))
    return expressions.count - 1
  }

  /// The place of a column of the table: that of a key where a shuffle keeps its bits.
  mutating func index(ofColumn column: Int, _ field: Field) -> Int {
    let expression = BoundExpression.column(column, field.type)
    if !field.type.holdsFloatingPoint,
      let key = expressions[..<keyCount].firstIndex(where: { $0.expression == expression })
    {
      return key
    }
    return index(of: expression, name: field.name)
  }

  func unusedName(_ name: String) -> String {
    var candidate = name
    var number = 2
    while expressions.contains(where: { $0.name == candidate }) {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}

extension DataType {
  fileprivate var holdsFloatingPoint: Bool {
    switch self {
    case .list(let element), .fixedSizeList(let element, _): element.holdsFloatingPoint
    default: isFloatingPoint
    }
  }
}
