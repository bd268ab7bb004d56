/// Newton's method for a likelihood with an elastic-net penalty: each step minimises the quadratic model of the likelihood
/// plus the penalty, by Cholesky or, with absolute values, by coordinate descent (Lee, Sun, Saunders: "Proximal Newton-Type
/// Methods for Minimizing Composite Functions", SIAM Journal on Optimization 24, 2014; for logistic regression Yuan, Ho,
/// Lin: "An Improved GLMNET for L1-regularized Logistic Regression", JMLR 13, 2012), and is halved until it helps.
///
/// Fit for up to a few hundred parameters: an iteration makes the matrix of second derivatives.
///
/// Unsafe: works in memory of `memoryNeeded` doubles that the caller lends.
struct ProximalNewton {
  let limits: OptimiserLimits
  private let dimension: Int
  private let gradient: UnsafeMutablePointer<Double>
  private let trial: UnsafeMutablePointer<Double>
  private let trialGradient: UnsafeMutablePointer<Double>
  private let direction: UnsafeMutablePointer<Double>
  private let product: UnsafeMutablePointer<Double>
  private let hessian: UnsafeMutablePointer<Double>
  private let factor: UnsafeMutablePointer<Double>

  /// The share of the promised decrease that a step must bring.
  private static let sufficientDecrease = 1e-4
  private static let maximalHalvings = 40
  /// Rounds of coordinate descent for one step.
  private static let descentRounds = 100
  /// What is added to the diagonal, as a share of its largest value, so that parameters that the examples do not
  /// tell apart (collinear features, the shift of all classes) stay where they are.
  private static let damping = 1e-11

  /// After a step that promised less than this, the matrix hardly changes: without absolute values the next steps are made
  /// with the same one (Shamanskii: "A modification of Newton's method", Ukrainian Mathematical Journal 19, 1967), and it is the
  /// gradient that decides where they end.
  private static let smallDecrease = 1e-3
  /// A step with the same matrix that promises more than this share of the one before gets a matrix of its own.
  private static let slowShare = 0.1

  static func memoryNeeded(dimension: Int) -> Int { dimension * (5 + 2 * dimension) }

  init(dimension: Int, limits: OptimiserLimits, memory: UnsafeMutablePointer<Double>) {
    self.limits = limits
    self.dimension = dimension
    var pieces = MemoryPieces(memory)
    gradient = pieces.take(dimension)
    trial = pieces.take(dimension)
    trialGradient = pieces.take(dimension)
    direction = pieces.take(dimension)
    product = pieces.take(dimension)
    hessian = pieces.take(dimension * dimension)
    factor = pieces.take(dimension * dimension)
  }

  /// Improves `parameters` until a step promises a decrease of at most tol squared, no step helps, or `maxIter` steps
  /// are made. They stay finite if they are.
  func minimise(
    _ likelihood: some Likelihood, penalty: ElasticNetPenalty,
    _ parameters: UnsafeMutablePointer<Double>
  ) {
    let hasAbsolute = penalty.hasAbsolute
    let tolerance = limits.tol * limits.tol
    var value = likelihood.evaluate(parameters, gradient: gradient)
    value += penalty.addSquares(parameters, gradient: gradient)
    value += penalty.absoluteValue(parameters)
    // Whether the factor is that of an earlier matrix, and what the step before promised.
    var isOld = false
    var lastPromise = Double.infinity
    var iteration = 0
    while iteration < limits.maxIter {
      iteration += 1
      if !isOld {
        makeHessian(likelihood, penalty)
        guard hasAbsolute || factorise() else { return }
      }
      if hasAbsolute {
        descend(penalty, parameters, tolerance: tolerance)
      } else {
        for index in 0..<dimension { direction[index] = -gradient[index] }
        Cholesky.solve(factor, order: dimension, direction)
      }
      let promise = promisedDecrease(penalty, parameters)
      // Not `<=`, so that NaN ends the search.
      guard promise > tolerance else { return }
      if isOld, promise > lastPromise * Self.slowShare {
        isOld = false
        continue
      }
      lastPromise = promise
      if let better = search(likelihood, penalty, parameters, value: value, promise: promise) {
        value = better
        isOld = !hasAbsolute && promise < Self.smallDecrease
      } else if isOld {
        // The next matrix is that of the last trial, which was next to no step.
        isOld = false
      } else {
        return
      }
    }
  }

  private func makeHessian(_ likelihood: some Likelihood, _ penalty: ElasticNetPenalty) {
    likelihood.writeHessian(hessian)
    var largest = 0.0
    for index in 0..<dimension {
      hessian[index &* (dimension &+ 1)] += penalty.square[index]
      largest = max(largest, hessian[index &* (dimension &+ 1)])
    }
    for index in 0..<dimension {
      hessian[index &* (dimension &+ 1)] += largest * Self.damping
    }
  }

  /// Sets `factor`; where the matrix has none, its diagonal grows until it has one.
  private func factorise() -> Bool {
    var extra = 0.0
    var attempt = 0
    while attempt < 8 {
      factor.update(from: hessian, count: dimension &* dimension)
      if extra > 0 {
        for index in 0..<dimension { factor[index &* (dimension &+ 1)] += extra }
      }
      if Cholesky.factorise(factor, order: dimension, tolerance: 0) == nil { return true }
      var largest = 0.0
      for index in 0..<dimension { largest = max(largest, hessian[index &* (dimension &+ 1)]) }
      extra = max(extra * 100, largest * 1e-9)
      attempt += 1
    }
    return false
  }

  private func descend(
    _ penalty: ElasticNetPenalty, _ parameters: UnsafePointer<Double>, tolerance: Double
  ) {
    for index in 0..<dimension { direction[index] = 0 }
    CoordinateDescent(
      order: dimension, hessian: hessian, gradient: gradient, origin: parameters,
      penalties: penalty.absolute, steps: direction, product: product
    ).minimise(rounds: Self.descentRounds, tolerance: tolerance / 100)
  }

  /// By how much the linear model of the likelihood plus the penalty falls along `direction`.
  private func promisedDecrease(
    _ penalty: ElasticNetPenalty, _ parameters: UnsafePointer<Double>
  ) -> Double {
    var slope = 0.0
    for index in 0..<dimension {
      slope += gradient[index] * direction[index]
      let before = parameters[index].magnitude
      slope += penalty.absolute[index] * ((parameters[index] + direction[index]).magnitude - before)
    }
    return -slope
  }

  /// Halves the step until the value has fallen enough, and takes it; nil when none helps.
  private func search(
    _ likelihood: some Likelihood, _ penalty: ElasticNetPenalty,
    _ parameters: UnsafeMutablePointer<Double>, value: Double, promise: Double
  ) -> Double? {
    var step = 1.0
    var halvings = 0
    while halvings < Self.maximalHalvings {
      for index in 0..<dimension {
        trial[index] = parameters[index] + step * direction[index]
      }
      var found = likelihood.evaluate(trial, gradient: trialGradient)
      found += penalty.addSquares(trial, gradient: trialGradient)
      found += penalty.absoluteValue(trial)
      if found <= value - Self.sufficientDecrease * step * promise {
        parameters.update(from: trial, count: dimension)
        gradient.update(from: trialGradient, count: dimension)
        return found
      }
      step /= 2
      halvings += 1
    }
    return nil
  }
}
