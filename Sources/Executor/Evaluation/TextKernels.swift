import Columnar
import Glibc
import Plan

/// The bytes of an argument of type string: of a column one text a row, of a constant always the same.
///
/// Whoever uses it keeps the datum alive.
struct Texts {
  private let offsets: UnsafePointer<Int32>
  private let data: UnsafePointer<UInt8>
  private let step: Int

  init(_ datum: Datum) {
    offsets = datum.column.offsets
    data = datum.column.data
    step = datum.isScalar ? 0 : 1
  }

  @inline(__always)
  subscript(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    let place = row &* step
    let start = Int(offsets[place])
    return UnsafeBufferPointer(start: data + start, count: Int(offsets[place &+ 1]) &- start)
  }
}

/// Which rows of a call have a null argument.
struct NullRows {
  private let first: Bitmap?
  private let others: [Bitmap]

  init(_ arguments: [Datum]) {
    // A null constant was dealt with before any kernel.
    let bitmaps = arguments.compactMap { $0.isScalar ? nil : $0.column.validity }
    first = bitmaps.first
    others = Array(bitmaps.dropFirst())
  }

  @inline(__always)
  func contains(_ row: Int) -> Bool {
    guard let first else { return false }
    return !first[row] || !others.isEmpty && others.contains { !$0[row] }
  }
}

extension KernelCall {
  /// A text a row, null where an argument is null.
  @inline(__always)
  func buildTexts(
    _ arguments: [Datum], _ body: (Int, ColumnBuilder) throws -> Void
  ) throws -> Column {
    let builder = ColumnBuilder(.string, capacity: rowCount)
    let nulls = NullRows(arguments)
    try withExtendedLifetime(arguments) {
      for row in 0..<rowCount {
        if nulls.contains(row) { builder.appendNull() } else { try body(row, builder) }
      }
    }
    return builder.finish()
  }

  /// `contains`, `startswith`, `endswith`.
  func search(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    let memory = memory(for: arguments)
    let texts = Texts(arguments[0])
    let wanted = Texts(arguments[1])
    let nulls = NullRows(arguments)
    withExtendedLifetime(arguments) {
      for row in 0..<rowCount where !nulls.contains(row) {
        let text = texts[row]
        let part = wanted[row]
        let isFound =
          switch function {
          case .startsWith: text.starts(with: part)
          case .endsWith: text.count >= part.count && text.suffix(part.count).elementsEqual(part)
          default: text.firstPlace(of: part, from: 0) != nil
          }
        if isFound { memory.setBit(row) }
      }
    }
    return memory.finish()
  }

  /// `ascii` and `locate`: an integer from text.
  func textPosition(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    let memory = memory(for: arguments)
    let results = memory.values.assumingMemoryBound(to: Int32.self)
    let nulls = NullRows(arguments)
    let texts = Texts(arguments[arguments.count == 1 ? 0 : 1])
    let wanted = Texts(arguments[0])
    let starts = arguments.count == 3 ? Values<Int32>(arguments[2]) : nil
    withExtendedLifetime(arguments) {
      for row in 0..<rowCount {
        if nulls.contains(row) {
          results[row] = 0
        } else if let starts {
          results[row] = place(of: wanted[row], in: texts[row], from: starts[row])
        } else {
          let first = String(decoding: texts[row], as: UTF8.self).unicodeScalars.first
          results[row] = Int32(first?.value ?? 0)
        }
      }
    }
    return memory.finish()
  }

  /// The place of a text in another in characters from 1, at or after `start`; 0 when it is not there.
  private func place(
    of part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int32
  ) -> Int32 {
    if start < 1 { return 0 }
    if part.isEmpty { return 1 }
    let first = text.byteOffset(ofCharacter: Int(start) - 1)
    guard let byte = text.firstPlace(of: part, from: first) else { return 0 }
    return Int32(UnsafeBufferPointer(rebasing: text[..<byte]).characterCount) + 1
  }

  /// Functions from text to text.
  func text(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    let texts = Texts(arguments[0])
    switch function {
    case .initcap:
      return try buildTexts(arguments) { row, builder in
        try builder.append(titleCased(String(decoding: texts[row], as: UTF8.self)))
      }
    case .substring:
      let starts = Values<Int32>(arguments[1])
      let lengths = Values<Int32>(arguments[2])
      return try buildTexts(arguments) { row, builder in
        try builder.append(
          bytes: texts[row].characters(from: Int(starts[row]), count: Int(lengths[row])))
      }
    case .left, .right:
      let lengths = Values<Int32>(arguments[1])
      return try buildTexts(arguments) { row, builder in
        let count = Int(lengths[row])
        let part =
          count <= 0
          ? texts[row].characters(from: 1, count: 0)
          : texts[row].characters(from: function == .left ? 1 : -count, count: count)
        try builder.append(bytes: part)
      }
    case .repeat:
      let counts = Values<Int32>(arguments[1])
      return try buildTexts(arguments) { row, builder in
        let filling = texts[row]
        let byteCount = filling.count * max(0, Int(counts[row]))
        try append(
          UnsafeBufferPointer(rebasing: filling[..<0]), before: byteCount, after: 0, of: filling,
          to: builder)
      }
    case .replace:
      let wanted = Texts(arguments[1])
      let replacements = Texts(arguments[2])
      return try buildTexts(arguments) { row, builder in
        let replaced = texts[row].replacing(wanted[row], with: replacements[row])
        try replaced.withUnsafeBufferPointer { try builder.append(bytes: $0) }
      }
    case .translate:
      let from = Texts(arguments[1])
      let to = Texts(arguments[2])
      return try buildTexts(arguments) { row, builder in
        try builder.append(translated(texts[row], from[row], to[row]))
      }
    default: return try pad(function, arguments)
    }
  }

  /// Strings joined by the first of them, without those that are null; null where the first is.
  ///
  /// Arrow's `binary_join_element_wise` can skip nulls too, but gives no row at all for one that has nothing else.
  func joinPresent(_ arguments: [Datum]) throws -> Column {
    if arguments[0].isNullScalar { return try arguments[0].expanded(to: rowCount) }
    let parts = arguments.dropFirst().filter { !$0.isNullScalar }
    let texts = parts.map(Texts.init)
    let separators = Texts(arguments[0])
    var joined: [UInt8] = []
    return try withExtendedLifetime(parts) {
      try buildTexts([arguments[0]]) { row, builder in
        joined.removeAll(keepingCapacity: true)
        var isFirst = true
        for (part, text) in zip(parts, texts) {
          if !part.isScalar && part.column.isNull(row) { continue }
          if !isFirst { joined.append(contentsOf: separators[row]) }
          joined.append(contentsOf: text[row])
          isFirst = false
        }
        try joined.withUnsafeBufferPointer { try builder.append(bytes: $0) }
      }
    }
  }

  /// Bytes of the longest text that padding and repeating make: a length that somebody mistyped must not
  /// take an executor's memory.
  private static var maximumFill: Int { 1 << 26 }

  /// Appends a text between two runs of another, which fill so many bytes.
  private func append(
    _ text: UnsafeBufferPointer<UInt8>, before: Int, after: Int,
    of filling: UnsafeBufferPointer<UInt8>, to builder: ColumnBuilder
  ) throws {
    guard before + after <= Self.maximumFill else {
      throw EvaluationError.tooLarge(expression: self.text)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(before + text.count + after)
    func fill(_ byteCount: Int) {
      let end = bytes.count + byteCount
      while bytes.count < end { bytes.append(contentsOf: filling.prefix(end - bytes.count)) }
    }
    fill(before)
    bytes.append(contentsOf: text)
    fill(after)
    try bytes.withUnsafeBufferPointer { try builder.append(bytes: $0) }
  }

  /// `lpad` and `rpad`: cut to a length in characters, or filled up to it.
  private func pad(_ function: ScalarFunction, _ arguments: [Datum]) throws -> Column {
    let texts = Texts(arguments[0])
    let lengths = Values<Int32>(arguments[1])
    let paddings = Texts(arguments[2])
    return try buildTexts(arguments) { row, builder in
      let text = texts[row]
      let padding = paddings[row]
      let length = max(0, Int(lengths[row]))
      let missing = length - text.characterCount
      let paddingCount = padding.characterCount
      if missing <= 0 || paddingCount == 0 {
        try builder.append(bytes: text.characters(from: 1, count: length))
        return
      }
      let (repetitions, rest) = missing.quotientAndRemainder(dividingBy: paddingCount)
      let byteCount = repetitions * padding.count + padding.byteOffset(ofCharacter: rest)
      try append(
        text, before: function == .padLeft ? byteCount : 0,
        after: function == .padRight ? byteCount : 0, of: padding, to: builder)
    }
  }
}

/// Each word, after a space, begins with a capital and goes on in lower case.
private func titleCased(_ text: String) -> String {
  var result = ""
  var isAtStart = true
  for character in text {
    result += isAtStart ? character.uppercased() : character.lowercased()
    isAtStart = character == " "
  }
  return result
}

/// Each character of `from` becomes the one at its place in `to`, or nothing past the end of it.
private func translated(
  _ text: UnsafeBufferPointer<UInt8>, _ from: UnsafeBufferPointer<UInt8>,
  _ to: UnsafeBufferPointer<UInt8>
) -> String {
  let source = Array(String(decoding: from, as: UTF8.self).unicodeScalars)
  let target = Array(String(decoding: to, as: UTF8.self).unicodeScalars)
  var result = String.UnicodeScalarView()
  for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
    if let place = source.firstIndex(of: scalar) {
      if place < target.count { result.append(target[place]) }
    } else {
      result.append(scalar)
    }
  }
  return String(result)
}
