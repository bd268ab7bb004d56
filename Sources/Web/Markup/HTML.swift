/// Markup in which no text can become markup by mistake: strings are escaped where they enter, and names of elements and
/// attributes stand in the program.
package struct HTML: Hashable, Sendable {
  package private(set) var text = ""

  package init() {}

  /// What a person reads, whatever is in it.
  package init(_ text: String) {
    append(text)
  }

  package typealias Attributes = KeyValuePairs<StaticString, String?>

  package mutating func append(_ other: HTML) {
    text += other.text
  }

  package mutating func append(_ text: String) {
    self.text += Self.escaped(text)
  }

  /// `content` is nil for an element without an end.
  fileprivate init(element name: StaticString, _ attributes: Attributes, content: HTML?) {
    text.reserveCapacity((content?.text.utf8.count ?? 0) + 64)
    text += "<\(name)"
    for (name, value) in attributes {
      guard let value else { continue }
      text += " \(name)=\"\(Self.escaped(value))\""
    }
    text += ">"
    guard let content else { return }
    text += content.text
    text += "</\(name)>"
  }

  /// Characters that HTML does not have are shown as one that stands for them.
  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: isSpecial) else { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 32)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\0"..<" ", "\u{7F}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, 0x7F: byte != 0x0A && byte != 0x09
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }
}

/// Content of an element: strings, which are escaped, and elements.
@resultBuilder
package enum HTMLBuilder {
  package static func buildExpression(_ text: String) -> HTML { HTML(text) }
  package static func buildExpression(_ markup: HTML) -> HTML { markup }
  package static func buildExpression(_ markup: HTML?) -> HTML { markup ?? HTML() }

  package static func buildPartialBlock(first: HTML) -> HTML { first }

  package static func buildPartialBlock(accumulated: HTML, next: HTML) -> HTML {
    var all = accumulated
    all.append(next)
    return all
  }

  package static func buildBlock() -> HTML { HTML() }
  package static func buildOptional(_ part: HTML?) -> HTML { part ?? HTML() }
  package static func buildEither(first: HTML) -> HTML { first }
  package static func buildEither(second: HTML) -> HTML { second }

  package static func buildArray(_ parts: [HTML]) -> HTML {
    var all = HTML()
    for part in parts { all.append(part) }
    return all
  }
}

/// An element of HTML or SVG. An attribute that is nil is left out; one without a value is an empty string.
package func element(
  _ name: StaticString, _ attributes: HTML.Attributes = [:],
  @HTMLBuilder _ content: () -> HTML = { HTML() }
) -> HTML {
  HTML(element: name, attributes, content: content())
}

/// An element that has no content and no end: `input`, `link`, `meta`.
func emptyElement(_ name: StaticString, _ attributes: HTML.Attributes) -> HTML {
  HTML(element: name, attributes, content: nil)
}

/// Parts one after the other.
func fragment(@HTMLBuilder _ content: () -> HTML) -> HTML { content() }
