/// One column of a sort, ready to give the bytes of a row's key.
struct SortKeyColumn {
  private let column: Column
  private let direction: SortDirection
  private let values: Values
  private let inversion: UInt8
  private let validity: Bitmap?

  private enum Values {
    case void
    case words([Int64])
    case decimals(UnsafePointer<(UInt64, UInt64)>)
    case bytes
    /// The elements, whose keys are those of ascending values with nulls first.
    indirect case lists(SortKeyColumn)
  }

  init(_ column: Column, _ direction: SortDirection) {
    self.column = column
    self.direction = direction
    inversion = direction.descending ? 0xFF : 0
    validity = column.validity
    values =
      switch column.type {
      case .void: .void
      case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp:
        .words(column.withOrderedWords { Array($0) })
      case .decimal: .decimals(column.pointer(as: (UInt64, UInt64).self))
      case .string, .binary: .bytes
      case .list, .fixedSizeList:
        .lists(
          SortKeyColumn(column.elements, SortDirection(descending: false, nullsFirst: true)))
      }
  }

  func append(_ row: Int, to key: inout [UInt8]) {
    let isNull = column.type == .void || !(validity.map { $0[row] } ?? true)
    // A null's byte is below or above that of all values.
    guard !isNull else {
      key.append(direction.nullsFirst ? 0 : 2)
      return
    }
    key.append(1)
    switch values {
    case .void: break
    case .words(let words): append(UInt64(bitPattern: words[row] ^ Int64.min), to: &key)
    case .decimals(let decimals):
      append(decimals[row].1 ^ (1 << 63), to: &key)
      append(decimals[row].0, to: &key)
    case .bytes:
      for byte in column.bytes(row) {
        key.append(byte ^ inversion)
        if byte == 0 { key.append(0xFF ^ inversion) }
      }
      key.append(inversion)
      key.append(inversion)
    case .lists(let elements):
      for element in column.elementRange(row) {
        let start = key.count
        elements.append(element, to: &key)
        // Element marks become 1 and 2, so that the 0 at the end of a list comes before any element.
        key[start] += 1
        for index in start..<key.count { key[index] ^= inversion }
      }
      key.append(inversion)
    }
  }

  private func append(_ word: UInt64, to key: inout [UInt8]) {
    let inverted = direction.descending ? ~word : word
    withUnsafeBytes(of: inverted.bigEndian) { key.append(contentsOf: $0) }
  }
}
