/// One parameter that a learner declares, by Spark's name.
package struct Parameter: Hashable, Sendable {
  /// The type of a parameter and the values that it takes.
  package enum Domain: Hashable, Sendable {
    case boolean
    case integer(ClosedRange<Int64>)
    /// Finite numbers; an upper bound of infinity stands for none.
    case double(ClosedRange<Double>)
    /// One of these words.
    case string([String])
    /// One of these words, or a finite number; a whole number stays one.
    case stringOrNumber([String], ClosedRange<Double>)
  }

  package let name: String
  package let domain: Domain
  package let defaultValue: ParameterValue
  /// One line for people.
  package let documentation: String

  package init(
    _ name: String, _ domain: Domain, default defaultValue: ParameterValue, documentation: String
  ) {
    self.name = name
    self.domain = domain
    self.defaultValue = defaultValue
    self.documentation = documentation
  }

  /// The value that a text of a job file stands for; nil when it is none of the domain.
  package func value(parsing text: String) -> ParameterValue? {
    switch domain {
    case .boolean: Bool(text.lowercased()).map { .boolean($0) }
    case .integer: Int64(text).flatMap { accepted(.integer($0)) }
    case .double: Double(text).flatMap { accepted(.double($0)) }
    case .string: accepted(.string(text))
    case .stringOrNumber:
      accepted(.string(text)) ?? Int64(text).flatMap { accepted(.integer($0)) }
        ?? Double(text).flatMap { accepted(.double($0)) }
    }
  }

  /// The value in the parameter's own type (a double parameter takes whole numbers as well);
  /// nil when it is none of the domain.
  package func accepted(_ value: ParameterValue) -> ParameterValue? {
    switch (domain, value) {
    case (.boolean, .boolean): value
    case (.integer(let range), .integer(let integer)) where range.contains(integer): value
    case (.double(let range), .double(let double)) where double.isFinite && range.contains(double):
      value
    case (.double(let range), .integer(let integer)) where range.contains(Double(integer)):
      .double(Double(integer))
    case (.string(let words), .string(let word)) where words.contains(word): value
    case (.stringOrNumber(let words, _), .string(let word)) where words.contains(word): value
    case (.stringOrNumber(_, let range), .integer(let integer))
    where range.contains(Double(integer)):
      value
    case (.stringOrNumber(_, let range), .double(let double))
    where double.isFinite && range.contains(double):
      value
    default: nil
    }
  }
}

extension Parameter.Domain: CustomStringConvertible {
  package var description: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .double(let range):
      range.upperBound == .infinity
        ? "a number of at least \(range.lowerBound)"
        : "a number from \(range.lowerBound) to \(range.upperBound)"
    case .string(let words): "one of \(words.joined(separator: ", "))"
    case .stringOrNumber(let words, let range):
      "one of \(words.joined(separator: ", ")) or \(Self.double(range))"
    }
  }
}
