import Glibc

/// The distribution of the label around its mean, as far as iteratively reweighted least squares needs it: its variance as
/// a function of the mean (McCullagh, Nelder: "Generalized Linear Models", chapter 2; Tweedie: "An index which distinguishes
/// between some important exponential families", 1984).
package enum GeneralizedLinearFamily: Hashable, Sendable {
  case gaussian
  case binomial
  case poisson
  case gamma
  /// Variance is a power of the mean: 0, or at least 1.
  case tweedie(variancePower: Double)

  /// The least distance of a mean from the end of its range.
  private static let least = 1e-16

  /// The exponent of the mean that the variance is; nil for the binomial family, where it is mean (1 - mean).
  private var variancePower: Double? {
    switch self {
    case .gaussian: 0
    case .binomial: nil
    case .poisson: 1
    case .gamma: 2
    case .tweedie(let power): power
    }
  }

  /// Spark's default: the canonical link, for Tweedie's families the power 1 - variancePower.
  var defaultLink: LinkFunction {
    switch self {
    case .gaussian: .identity
    case .binomial: .logit
    case .poisson: .log
    case .gamma: .inverse
    case .tweedie(let power): LinkFunction(power: 1 - power)
    }
  }

  /// The variances of eight means.
  @inline(__always)
  func variances(_ means: SIMD8<Double>) -> SIMD8<Double> {
    switch self {
    case .gaussian: return SIMD8(repeating: 1)
    case .binomial: return means * (1 - means)
    case .poisson: return means
    case .gamma: return means * means
    case .tweedie(let power):
      var variances = means
      for lane in 0..<8 { variances[lane] = pow(means[lane], power) }
      return variances
    }
  }

  /// Whether the family has labels like this one.
  func takes(label: Double) -> Bool {
    guard let power = variancePower else { return label >= 0 && label <= 1 }
    if power == 0 { return true }
    return power < 2 ? label >= 0 : label > 0
  }

  /// The labels that it has, in words.
  var labels: String {
    guard let power = variancePower else { return "from 0 to 1" }
    if power == 0 { return "numbers" }
    return power < 2 ? "at least 0" : "above 0"
  }

  /// The mean that the iteration begins with at an example, as in Spark.
  func startingMean(label: Double, weight: Double) -> Double {
    guard let power = variancePower else { return (weight * label + 0.5) / (weight + 1) }
    return power > 0 && power < 2 ? max(label, 0.1) : label
  }

  /// The means that the family has.
  var means: ClosedRange<Double> {
    let largest = Double.greatestFiniteMagnitude
    guard let power = variancePower else { return 0...1 }
    return (power == 0 ? -largest : .leastNonzeroMagnitude)...largest
  }

  /// The means whose variance is above 0, but for those that are too near to the end.
  var projectedMeans: ClosedRange<Double> {
    guard let power = variancePower else { return Self.least...1 - Self.least }
    return power == 0 ? means : Self.least...means.upperBound
  }
}
