import Columnar
import Plan

extension KernelCall {
  /// `element_at(list, position)`: from 1, from the end when negative.
  func element(_ list: Datum, _ position: Datum) throws -> Column {
    let column = list.column
    let positions = Values<Int64>(position)
    let nulls = NullRows([list, position])
    var indices: [Int64?] = []
    indices.reserveCapacity(rowCount)
    try withExtendedLifetime((list, position)) {
      for row in 0..<rowCount {
        if nulls.contains(row) {
          indices.append(nil)
          continue
        }
        let place = list.isScalar ? 0 : row
        let start = Int64(column.offsets[place])
        let count = Int64(column.offsets[place + 1]) - start
        let wanted = positions[row]
        if wanted > 0, wanted <= count {
          indices.append(start + wanted - 1)
        } else if wanted < 0, wanted >= -count {
          indices.append(start + count + wanted)
        } else if mode == .try, wanted != 0 {
          indices.append(nil)
        } else {
          throw EvaluationError.noSuchElement(
            position: wanted, count: Int(count), expression: text)
        }
      }
    }
    return try column.elements.taking(Column(longs: indices))
  }
}
