import Glibc

/// The values of parameters among which a search looks for the best, in the order in which they are stated.
package struct SearchSpace: Hashable, Sendable {
  package struct Dimension: Hashable, Sendable {
    /// The name of a learner's parameter.
    package let name: String
    package let values: Values
  }

  package enum Values: Hashable, Sendable {
    case choices([ParameterValue])
    /// Evenly in between, or evenly in the logarithm.
    case doubles(ClosedRange<Double>, isLogarithmic: Bool)
    case integers(ClosedRange<Int64>, isLogarithmic: Bool)
  }

  package let dimensions: [Dimension]

  /// Throws where there is nothing to choose, two dimensions have one name, or a range has no logarithm or width.
  package init(_ dimensions: [(name: String, values: Values)]) throws(SearchSpaceError) {
    guard !dimensions.isEmpty else { throw .empty }
    var names: Set<String> = []
    for (name, values) in dimensions {
      guard names.insert(name).inserted else { throw .duplicate(name: name) }
      switch values {
      case .choices(let choices):
        if choices.isEmpty { throw .noChoices(name: name) }
      case .doubles(let range, let isLogarithmic):
        guard range.lowerBound.isFinite, range.upperBound.isFinite,
          (range.upperBound - range.lowerBound).isFinite
        else { throw .infiniteRange(name: name) }
        if isLogarithmic, range.lowerBound <= 0 {
          throw .noLogarithm(name: name, lowest: .double(range.lowerBound))
        }
      case .integers(let range, let isLogarithmic):
        // Doubles hold whole numbers up to here, and the width of the range must be one.
        guard range.lowerBound >= -(1 << 52), range.upperBound <= 1 << 52 else {
          throw .infiniteRange(name: name)
        }
        if isLogarithmic, range.lowerBound <= 0 {
          throw .noLogarithm(name: name, lowest: .integer(range.lowerBound))
        }
      }
    }
    self.dimensions = dimensions.map { Dimension(name: $0.name, values: $0.values) }
  }
}

/// A search space that is none.
package enum SearchSpaceError: Error, Hashable, Sendable {
  case empty
  case duplicate(name: String)
  case noChoices(name: String)
  case infiniteRange(name: String)
  case noLogarithm(name: String, lowest: ParameterValue)
  /// A grid of this range would have no end.
  case notAGrid(name: String)
  case gridTooLarge(limit: Int)
}

extension SearchSpaceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "there is no parameter to search: name at least one"
    case .duplicate(let name): "the parameter '\(name)' is to be searched twice"
    case .noChoices(let name): "the list of values of '\(name)' is empty"
    case .infiniteRange(let name):
      "the range of '\(name)' is too wide: its ends must be finite, and whole numbers below 2^52"
    case .noLogarithm(let name, let lowest):
      "the range of '\(name)' begins at \(lowest), which has no logarithm: "
        + "begin above 0, or leave log out"
    case .notAGrid(let name):
      "'\(name)' has a range, of which a grid search knows no values: list them, "
        + "or search at random or with tpe"
    case .gridTooLarge(let limit):
      "the grid has more than \(limit) points: list fewer values, or search at random or with tpe"
    }
  }
}

extension SearchSpace.Values {
  /// Where the values lie when they are spread evenly; of choices their indices.
  var bounds: ClosedRange<Double> {
    switch self {
    case .choices(let choices): 0...Double(choices.count)
    case .doubles(let range, let isLogarithmic):
      isLogarithmic
        ? log(range.lowerBound)...max(log(range.lowerBound), log(range.upperBound)) : range
    case .integers(let range, let isLogarithmic):
      // Each number has the values that round to it.
      isLogarithmic
        ? log(Double(range.lowerBound) - 0.5)...log(Double(range.upperBound) + 0.5)
        : (Double(range.lowerBound) - 0.5)...(Double(range.upperBound) + 0.5)
    }
  }

  /// The value at a place of `bounds`.
  func value(at place: Double) -> ParameterValue {
    switch self {
    case .choices(let choices):
      return choices[min(max(Int(exactly: place.rounded(.down)) ?? 0, 0), choices.count - 1)]
    case .doubles(let range, let isLogarithmic):
      let value = isLogarithmic ? exp(place) : place
      return .double(min(max(value, range.lowerBound), range.upperBound))
    case .integers(let range, let isLogarithmic):
      let value = (isLogarithmic ? exp(place) : place).rounded()
      let bounded = min(max(value, Double(range.lowerBound)), Double(range.upperBound))
      return .integer(Int64(exactly: bounded) ?? range.lowerBound)
    }
  }
}
