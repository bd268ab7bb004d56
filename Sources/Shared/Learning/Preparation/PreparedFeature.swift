/// What becomes of one feature.
enum PreparedFeature: Hashable, Sendable {
  /// (value - center) * scale + shift, or `shift` alone where the scale is 0; `replacement` stands for null, NaN for none.
  case number(replacement: Double, center: Double, scale: Double, shift: Double)
  /// A category's code, left as it is.
  case code(replacement: Double)
  /// For each of these codes, which ascend, a column that is 1 for it and else 0.
  case indicators(codes: [Int32], replacement: Double)

  /// The columns that it takes.
  var width: Int {
    switch self {
    case .number, .code: 1
    case .indicators(let codes, _): codes.count
    }
  }

  /// Writes the columns for these values, `stride` doubles apart.
  func apply(
    _ values: UnsafePointer<Double>, rowCount: Int, into output: UnsafeMutablePointer<Double>,
    stride: Int
  ) {
    switch self {
    case .number(let replacement, let center, let scale, let shift):
      for row in 0..<rowCount {
        let given = values[row]
        output[row] = ((given.isNaN ? replacement : given) - center) * scale + shift
      }
      // An infinity times 0 is NaN; so is what stays null.
      if scale == 0 {
        for row in 0..<rowCount where !(values[row].isNaN && replacement.isNaN) {
          output[row] = shift
        }
      }
    case .code(let replacement):
      for row in 0..<rowCount { output[row] = values[row].isNaN ? replacement : values[row] }
    case .indicators(let codes, let replacement):
      for column in codes.indices {
        for row in 0..<rowCount { output[column * stride + row] = 0 }
      }
      for row in 0..<rowCount {
        let value = values[row].isNaN ? replacement : values[row]
        guard let code = Int32(exactly: value), let column = Self.position(of: code, in: codes)
        else { continue }
        output[column * stride + row] = 1
      }
    }
  }

  private static func position(of code: Int32, in codes: [Int32]) -> Int? {
    var low = 0
    var high = codes.count
    while low < high {
      let middle = (low + high) / 2
      if codes[middle] < code { low = middle + 1 } else { high = middle }
    }
    return low < codes.count && codes[low] == code ? low : nil
  }
}

extension PreparedFeature {
  func write(to writer: inout ModelWriter) {
    switch self {
    case .number(let replacement, let center, let scale, let shift):
      writer.append(0 as UInt8)
      for value in [replacement, center, scale, shift] { writer.append(value) }
    case .code(let replacement):
      writer.append(1 as UInt8)
      writer.append(replacement)
    case .indicators(let codes, let replacement):
      writer.append(2 as UInt8)
      writer.append(codes)
      writer.append(replacement)
    }
  }

  init(from reader: inout ModelReader) throws(ModelFormatError) {
    let kind = try reader.byte()
    switch kind {
    case 0:
      self = .number(
        replacement: try reader.double(), center: try reader.double(), scale: try reader.double(),
        shift: try reader.double())
    case 1: self = .code(replacement: try reader.double())
    case 2: self = .indicators(codes: try reader.int32s(), replacement: try reader.double())
    default: throw .outOfRange(Int64(kind))
    }
  }
}
