import Glibc

/// What a generalised linear model makes linear of the mean: link(mean) = intercept + coefficients . features.
package enum LinkFunction: Hashable, Sendable {
  case identity
  case log
  case inverse
  case logit
  case probit
  /// Complementary log-log.
  case cloglog
  case sqrt
  /// The mean raised to this power, which is not 0.
  case power(Double)

  /// The link that is the mean raised to a power, 0 standing for the logarithm.
  package init(power: Double) {
    switch power {
    case 0: self = .log
    case 1: self = .identity
    case -1: self = .inverse
    case 0.5: self = .sqrt
    default: self = .power(power)
    }
  }

  /// The linear predictor of a mean; not finite for a mean outside of the link's domain.
  func predictor(_ mean: Double) -> Double {
    switch self {
    case .identity: mean
    case .log: Glibc.log(mean)
    case .inverse: 1 / mean
    case .logit: Glibc.log(mean / (1 - mean))
    case .probit: Self.normalQuantile(mean)
    case .cloglog: Glibc.log(-log1p(-mean))
    case .sqrt: mean.squareRoot()
    case .power(let power): pow(mean, power)
    }
  }

  /// The mean of a linear predictor: the inverse of the link.
  @inline(__always)
  package func mean(_ predictor: Double) -> Double {
    switch self {
    case .identity: predictor
    case .log: exp(predictor)
    case .inverse: 1 / predictor
    case .logit: 1 / (1 + exp(-predictor))
    case .probit: 0.5 * erfc(-predictor * 0.5.squareRoot())
    case .cloglog: -expm1(-exp(predictor))
    case .sqrt: predictor * predictor
    case .power(let power): pow(predictor, 1 / power)
    }
  }

  /// The means of eight linear predictors. Those of the links that are common are computed together.
  @inline(__always)
  func means(_ predictors: SIMD8<Double>) -> SIMD8<Double> {
    switch self {
    case .identity: return predictors
    case .log: return ElementaryFunctions.exp(predictors)
    case .inverse: return 1 / predictors
    case .logit: return 1 / (1 + ElementaryFunctions.exp(-predictors))
    case .sqrt: return predictors * predictors
    case .probit, .cloglog, .power:
      var means = predictors
      for lane in 0..<8 { means[lane] = mean(predictors[lane]) }
      return means
    }
  }

  /// As `slope`, of eight predictors.
  @inline(__always)
  func slopes(_ predictors: SIMD8<Double>, means: SIMD8<Double>) -> SIMD8<Double> {
    switch self {
    case .identity: return SIMD8(repeating: 1)
    case .log: return means
    case .inverse: return -means * means
    case .logit: return means * (1 - means)
    case .sqrt: return 2 * predictors
    case .probit, .cloglog, .power:
      var slopes = predictors
      for lane in 0..<8 { slopes[lane] = slope(predictors[lane], mean: means[lane]) }
      return slopes
    }
  }

  /// The derivative of the mean by the linear predictor, given both.
  @inline(__always)
  func slope(_ predictor: Double, mean: Double) -> Double {
    switch self {
    case .identity: 1
    case .log: mean
    case .inverse: -mean * mean
    case .logit: mean * (1 - mean)
    case .probit: exp(-0.5 * predictor * predictor) * Self.normalPeak
    case .cloglog: exp(predictor - exp(predictor))
    case .sqrt: 2 * predictor
    case .power(let power): mean / (power * predictor)
    }
  }

  /// The density of the standard normal distribution at 0.
  private static let normalPeak = 1 / (2 * Double.pi).squareRoot()

  /// The quantile of the standard normal distribution, by Newton's method with Halley's correction on `erfc`; it only starts
  /// an iteration, which forgets it.
  private static func normalQuantile(_ probability: Double) -> Double {
    var value = 0.0
    for _ in 0..<60 {
      let error = 0.5 * erfc(-value * 0.5.squareRoot()) - probability
      let density = exp(-0.5 * value * value) * normalPeak
      let step = error / density
      let change = step / (1 + 0.5 * value * step)
      value -= change
      if change.magnitude <= 1e-12 * max(1, value.magnitude) { break }
    }
    return value
  }
}

extension LinkFunction {
  /// The number by which a model's bytes name it.
  private var code: UInt8 {
    switch self {
    case .identity: 0
    case .log: 1
    case .inverse: 2
    case .logit: 3
    case .probit: 4
    case .cloglog: 5
    case .sqrt: 6
    case .power: 7
    }
  }

  func write(to writer: inout ModelWriter) {
    writer.append(code)
    if case .power(let power) = self { writer.append(power) }
  }

  init(from reader: inout ModelReader) throws(ModelFormatError) {
    let code = try reader.byte()
    switch code {
    case 0: self = .identity
    case 1: self = .log
    case 2: self = .inverse
    case 3: self = .logit
    case 4: self = .probit
    case 5: self = .cloglog
    case 6: self = .sqrt
    case 7: self = .power(try reader.double())
    default: throw .outOfRange(Int64(code))
    }
  }
}
