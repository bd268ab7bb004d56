/// A pattern for one part of a path: `*` stands for any characters, `?` for one, `[a-z]` and `[!a-z]` for one
/// of a set; a backslash takes the next character as it is.
package struct GlobPattern: Equatable {
  private enum Element: Equatable {
    case literal(Unicode.Scalar)
    case any
    case anyOne
    case set([ClosedRange<Unicode.Scalar>], negated: Bool)
  }

  private let elements: [Element]

  /// Whether a part of a path is a pattern at all.
  static func isPattern(_ text: some StringProtocol) -> Bool {
    text.contains { $0 == "*" || $0 == "?" || $0 == "[" }
  }

  package init(_ text: some StringProtocol) {
    var elements: [Element] = []
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "*": if elements.last != .any { elements.append(.any) }
      case "?": elements.append(.anyOne)
      case "\\" where index + 1 < scalars.count:
        index += 1
        elements.append(.literal(scalars[index]))
      case "[":
        if let (set, end) = GlobPattern.set(scalars, from: index + 1) {
          elements.append(set)
          index = end
        } else {
          elements.append(.literal("["))
        }
      default: elements.append(.literal(scalars[index]))
      }
      index += 1
    }
    self.elements = elements
  }

  /// Reads a set after its bracket; nil when the bracket is never closed.
  private static func set(
    _ scalars: [Unicode.Scalar], from start: Int
  ) -> (Element, end: Int)? {
    var index = start
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let negated = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
    if negated { index += 1 }
    let first = index
    while index < scalars.count, scalars[index] != "]" || index == first {
      let low = scalars[index]
      if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
        let high = scalars[index + 2]
        if low <= high { ranges.append(low...high) }
        index += 3
      } else {
        ranges.append(low...low)
        index += 1
      }
    }
    return index < scalars.count ? (.set(ranges, negated: negated), index) : nil
  }

  /// O(pattern * name): on a mismatch only the last `*` is tried again.
  package func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    var element = 0
    var scalar = 0
    var lastAny: (element: Int, scalar: Int)?
    while scalar < scalars.count {
      if element < elements.count, elements[element] == .any {
        lastAny = (element, scalar)
        element += 1
      } else if element < elements.count, accepts(elements[element], scalars[scalar]) {
        element += 1
        scalar += 1
      } else if let last = lastAny {
        lastAny = (last.element, last.scalar + 1)
        element = last.element + 1
        scalar = last.scalar + 1
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { $0 == .any }
  }

  private func accepts(_ element: Element, _ scalar: Unicode.Scalar) -> Bool {
    switch element {
    case .any: false
    case .anyOne: true
    case .literal(let literal): literal == scalar
    case .set(let ranges, let negated): ranges.contains { $0.contains(scalar) } != negated
    }
  }
}
