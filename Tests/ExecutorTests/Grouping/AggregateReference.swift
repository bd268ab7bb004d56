import Columnar
import Plan

/// The aggregates by their definitions, over the arguments of one group's rows in order.
enum AggregateReference {
  static func result(
    _ function: AggregateFunction, _ type: DataType, _ rows: [[Scalar]]
  ) -> Scalar {
    let complete = rows.filter { !$0.contains(.null) }
    let values = complete.compactMap(\.first)
    let numbers = complete.map { $0.map(\.number) }
    switch function {
    case .count: return .integer(Int64(complete.count))
    case .countDistinct: return .integer(Int64(Set(complete.map { $0.map(\.grouped) }).count))
    case .first(let ignoreNulls):
      return (ignoreNulls ? values.first : rows.first?.first) ?? .null
    case .last(let ignoreNulls): return (ignoreNulls ? values.last : rows.last?.first) ?? .null
    default: break
    }
    if values.isEmpty { return .null }
    let sorted = values.sorted { $0.isBefore($1) }
    let count = Double(values.count)
    func mean(_ index: Int) -> Double { numbers.reduce(0) { $0 + $1[index] } / count }
    func products(_ one: Int, _ other: Int) -> Double {
      let (first, second) = (mean(one), mean(other))
      return numbers.reduce(0) { $0 + ($1[one] - first) * ($1[other] - second) }
    }
    switch function {
    case .sum, .avg: return sumOrAverage(function, type, values)
    case .min: return sorted.first!
    case .max: return sorted.last!
    case .variancePopulation: return .double(products(0, 0) / count)
    case .stddevPopulation: return .double((products(0, 0) / count).squareRoot())
    case .varianceSample: return count < 2 ? .null : .double(products(0, 0) / (count - 1))
    case .stddevSample:
      return count < 2 ? .null : .double((products(0, 0) / (count - 1)).squareRoot())
    case .covariancePopulation: return .double(products(0, 1) / count)
    case .covarianceSample: return count < 2 ? .null : .double(products(0, 1) / (count - 1))
    case .corr:
      let (x, y) = (products(0, 0), products(1, 1))
      if count < 2 || x == 0 || y == 0 { return .null }
      return .double(products(0, 1) / (x * y).squareRoot())
    case .percentileApprox(let fractions, let isList):
      let results = fractions.map { fraction in
        sorted.enumerated().first { Double($0.offset + 1) >= fraction * count }!.element
      }
      return isList ? .list(results) : results[0]
    case .percentile(let fractions, let isList):
      let results = fractions.map { fraction -> Scalar in
        let position = fraction * (count - 1)
        let low = sorted[Int(position)].number
        let high = sorted[min(Int(position) + 1, sorted.count - 1)].number
        return .double(low + (position - position.rounded(.down)) * (high - low))
      }
      return isList ? .list(results) : results[0]
    case .count, .countDistinct, .first, .last, .python: return .null
    }
  }

  private static func sumOrAverage(
    _ function: AggregateFunction, _ type: DataType, _ values: [Scalar]
  ) -> Scalar {
    switch (type, values[0]) {
    case (.decimal(_, let scale), .decimal(_, let argumentScale)):
      var sum: Int128 = 0
      for case .decimal(let unscaled, _) in values { sum += unscaled }
      if function == .sum { return .decimal(unscaled: sum, scale: scale) }
      for _ in argumentScale..<scale { sum *= 10 }
      let (quotient, rest) = sum.quotientAndRemainder(dividingBy: Int128(values.count))
      let rounds = rest.magnitude * 2 >= UInt128(values.count)
      return .decimal(unscaled: quotient + (rounds ? sum.signum() : 0), scale: scale)
    case (.long, _):
      return .integer(
        values.reduce(0) { sum, value in
          if case .integer(let value) = value { sum + value } else { sum }
        })
    default:
      let sum = values.reduce(0) { $0 + $1.number }
      return .double(function == .sum ? sum : sum / Double(values.count))
    }
  }
}

extension Scalar {
  var number: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): Double(value)
    case .double(let value): value
    case .decimal(let unscaled, _): Double(unscaled)
    default: .nan
    }
  }

  /// Equal for equal keys.
  var grouped: Scalar {
    switch self {
    case .float(let value): Scalar.double(Double(value)).grouped
    case .double(let value):
      .integer(Int64(bitPattern: value == 0 ? 0 : value.isNaN ? 1 : value.bitPattern))
    default: self
    }
  }

  func isBefore(_ other: Scalar) -> Bool {
    switch (self, other) {
    case (.boolean(let one), .boolean(let two)): !one && two
    case (.integer(let one), .integer(let two)): one < two
    case (.date(let one), .date(let two)): one < two
    case (.timestamp(let one), .timestamp(let two)): one < two
    case (.decimal(let one, _), .decimal(let two, _)): one < two
    case (.string(let one), .string(let two)): Array(one.utf8).lexicographicallyPrecedes(two.utf8)
    case (.binary(let one), .binary(let two)): one.lexicographicallyPrecedes(two)
    default: !number.isNaN && (other.number.isNaN || number < other.number)
    }
  }
}
