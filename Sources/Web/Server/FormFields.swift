import Foundation

/// The fields of a form or a query, as browsers encode them; of those with one name the last one.
package struct FormFields: Hashable, Sendable {
  package private(set) var values: [String: String] = [:]

  package init(_ text: String) {
    for pair in text.split(separator: "&").prefix(1000) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[Self.decoded(parts[0])] = parts.count > 1 ? Self.decoded(parts[1]) : ""
    }
  }

  package subscript(_ name: String) -> String? { values[name] }

  private static func decoded(_ text: Substring) -> String {
    let spaced = text.replacingOccurrences(of: "+", with: " ")
    return spaced.removingPercentEncoding ?? spaced
  }
}
