/// OWL-QN, the quasi-Newton method for an L1 penalty (Andrew, Gao: "Scalable Training of L1-Regularized Log-Linear Models",
/// ICML 2007); without one it is L-BFGS (Nocedal, Wright: "Numerical Optimization", algorithm 7.5). What Spark uses, here
/// for models with too many parameters for a matrix of second derivatives.
///
/// Unsafe: works in memory of `memoryNeeded` doubles that the caller lends.
struct OrthantWiseQuasiNewton {
  let limits: OptimiserLimits
  private let dimension: Int
  private let gradient: UnsafeMutablePointer<Double>
  private let pseudoGradient: UnsafeMutablePointer<Double>
  private let trial: UnsafeMutablePointer<Double>
  private let trialGradient: UnsafeMutablePointer<Double>
  private let direction: UnsafeMutablePointer<Double>
  /// The last changes of the parameters and of the gradient, in a ring.
  private let parameterChanges: UnsafeMutablePointer<Double>
  private let gradientChanges: UnsafeMutablePointer<Double>
  private let inverseProducts: UnsafeMutablePointer<Double>
  private let factors: UnsafeMutablePointer<Double>

  /// Pairs of changes that are remembered.
  private static let memoryLength = 20
  private static let sufficientDecrease = 1e-4
  private static let maximalHalvings = 40

  static func memoryNeeded(dimension: Int) -> Int {
    dimension * (5 + 2 * memoryLength) + 2 * memoryLength
  }

  init(dimension: Int, limits: OptimiserLimits, memory: UnsafeMutablePointer<Double>) {
    self.limits = limits
    self.dimension = dimension
    var pieces = MemoryPieces(memory)
    gradient = pieces.take(dimension)
    pseudoGradient = pieces.take(dimension)
    trial = pieces.take(dimension)
    trialGradient = pieces.take(dimension)
    direction = pieces.take(dimension)
    parameterChanges = pieces.take(dimension * Self.memoryLength)
    gradientChanges = pieces.take(dimension * Self.memoryLength)
    inverseProducts = pieces.take(Self.memoryLength)
    factors = pieces.take(Self.memoryLength)
  }

  /// Improves `parameters` until the slope along a step is at most tol squared, no step helps, or `maxIter` steps are
  /// made. They stay finite if they are.
  func minimise(
    _ likelihood: some Likelihood, penalty: ElasticNetPenalty,
    _ parameters: UnsafeMutablePointer<Double>
  ) {
    let tolerance = limits.tol * limits.tol
    var value = evaluate(likelihood, penalty, parameters, gradient)
    var pairs = 0
    var iteration = 0
    while iteration < limits.maxIter {
      makePseudoGradient(penalty, parameters)
      makeDirection(penalty, pairs: pairs)
      var slope = dot(direction, pseudoGradient)
      if !(slope < 0), pairs > 0 {
        // The remembered curvature misleads: begin anew with the steepest descent.
        pairs = 0
        makeDirection(penalty, pairs: 0)
        slope = dot(direction, pseudoGradient)
      }
      guard slope < -tolerance else { return }
      guard
        let better = search(
          likelihood, penalty, parameters, value: value, isFirst: pairs == 0)
      else {
        if pairs == 0 { return }
        pairs = 0
        continue
      }
      iteration += 1
      value = better
      remember(parameters, pairs: &pairs)
      parameters.update(from: trial, count: dimension)
      gradient.update(from: trialGradient, count: dimension)
    }
  }

  private func evaluate(
    _ likelihood: some Likelihood, _ penalty: ElasticNetPenalty,
    _ parameters: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    var value = likelihood.evaluate(parameters, gradient: gradient)
    value += penalty.addSquares(parameters, gradient: gradient)
    return value + penalty.absoluteValue(parameters)
  }

  private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for index in 0..<dimension { sum += a[index] * b[index] }
    return sum
  }

  /// The steepest slope that does not leave the orthant's closure (equation 4 of the paper).
  private func makePseudoGradient(
    _ penalty: ElasticNetPenalty, _ parameters: UnsafePointer<Double>
  ) {
    for index in 0..<dimension {
      let slope = gradient[index]
      let weight = penalty.absolute[index]
      if parameters[index] > 0 {
        pseudoGradient[index] = slope + weight
      } else if parameters[index] < 0 {
        pseudoGradient[index] = slope - weight
      } else if slope + weight < 0 {
        pseudoGradient[index] = slope + weight
      } else if slope - weight > 0 {
        pseudoGradient[index] = slope - weight
      } else {
        pseudoGradient[index] = 0
      }
    }
  }

  /// The two-loop recursion on the last `pairs` pairs, and what of it descends.
  private func makeDirection(_ penalty: ElasticNetPenalty, pairs: Int) {
    for index in 0..<dimension { direction[index] = -pseudoGradient[index] }
    let remembered = min(pairs, Self.memoryLength)
    guard remembered > 0 else { return }
    var age = 1
    while age <= remembered {
      let slot = (pairs - age) % Self.memoryLength
      let change = gradientChanges + slot * dimension
      let factor = inverseProducts[slot] * dot(parameterChanges + slot * dimension, direction)
      factors[slot] = factor
      for index in 0..<dimension { direction[index] -= factor * change[index] }
      age += 1
    }
    let last = (pairs - 1) % Self.memoryLength
    let newest = gradientChanges + last * dimension
    let scale = 1 / (inverseProducts[last] * dot(newest, newest))
    for index in 0..<dimension { direction[index] *= scale }
    while age > 1 {
      age -= 1
      let slot = (pairs - age) % Self.memoryLength
      let factor =
        factors[slot] - inverseProducts[slot] * dot(gradientChanges + slot * dimension, direction)
      let change = parameterChanges + slot * dimension
      for index in 0..<dimension { direction[index] += factor * change[index] }
    }
    for index in 0..<dimension
    where penalty.absolute[index] > 0 && direction[index] * pseudoGradient[index] >= 0 {
      // A coordinate on which the model and the slope disagree stays (the paper's projection of the direction).
      direction[index] = 0
    }
  }

  /// Sets `trial` to the first point along the direction, inside of the orthant, that is better by enough.
  private func search(
    _ likelihood: some Likelihood, _ penalty: ElasticNetPenalty,
    _ parameters: UnsafePointer<Double>, value: Double, isFirst: Bool
  ) -> Double? {
    var step = 1.0
    if isFirst { step = min(1, 1 / dot(direction, direction).squareRoot()) }
    var halvings = 0
    while halvings < Self.maximalHalvings {
      var slope = 0.0
      for index in 0..<dimension {
        let before = parameters[index]
        var after = before + step * direction[index]
        if penalty.absolute[index] > 0 {
          let orthant = before != 0 ? before : -pseudoGradient[index]
          if after * orthant <= 0 { after = 0 }
        }
        trial[index] = after
        slope += pseudoGradient[index] * (after - before)
      }
      let found = evaluate(likelihood, penalty, trial, trialGradient)
      if found <= value + Self.sufficientDecrease * slope, found < value { return found }
      step /= 2
      halvings += 1
    }
    return nil
  }

  /// Keeps the step from `parameters` to `trial`, if the function curves upwards along it.
  private func remember(_ parameters: UnsafePointer<Double>, pairs: inout Int) {
    let slot = pairs % Self.memoryLength
    let parameterChange = parameterChanges + slot * dimension
    let gradientChange = gradientChanges + slot * dimension
    for index in 0..<dimension {
      parameterChange[index] = trial[index] - parameters[index]
      gradientChange[index] = trialGradient[index] - gradient[index]
    }
    let product = dot(parameterChange, gradientChange)
    guard product > 1e-14 * dot(gradientChange, gradientChange), (1 / product).isFinite else {
      return
    }
    inverseProducts[slot] = 1 / product
    pairs += 1
  }
}
