/// A function with a gradient that is to be minimised.
protocol DifferentiableFunction: ~Copyable {
  /// The value at `variables`, which sets `gradient`; infinity, without a gradient, where the function has none.
  mutating func evaluate(_ variables: [Double], gradient: inout [Double]) -> Double
}

extension SmoothingLikelihood: DifferentiableFunction {}

/// Minimises a smooth function in a box by L-BFGS on the variables that are not held at their bounds (Nocedal, Wright,
/// "Numerical optimization", 2nd edition, algorithm 7.4; Bertsekas, "Projected Newton methods for optimization
/// problems with simple constraints", 1982), in memory that it keeps.
///
/// It ends after a number of evaluations, whatever the function does.
struct BoundedMinimizer {
  /// Variables are multiplied by their scales to be those of the function: of a size at which a step of 1 matters.
  private(set) var variables: [Double] = []
  private(set) var value = Double.infinity
  private var lower: [Double] = []
  private var upper: [Double] = []
  private var scales: [Double] = []
  private var gradient: [Double] = []
  private var direction: [Double] = []
  private var candidate: [Double] = []
  private var candidateGradient: [Double] = []
  private var isHeld: [Bool] = []
  private var corrections: [Correction] = []
  private var correctionCount = 0
  private var evaluationsLeft = 0

  /// A step and the change of the gradient that came with it.
  private struct Correction {
    var step: [Double]
    var change: [Double]
    /// One over their inner product.
    var scale: Double
    var coefficient = 0.0
  }

  private static let keptCorrections = 12
  /// Three steps in a row that gain less are the end. With 1e-7 some searches ended 0.02 of log-likelihood early, on the
  /// way along a flat valley.
  private static let smallestGain = 1e-9

  /// Sets `variables` and `value` to a local minimum, as the function's own variables; the value is infinite when the
  /// function has none at `start`.
  /// - Parameters:
  ///   - start, lower, upper, scales: one for each variable.
  ///   - maxEvaluations: of the function.
  mutating func minimize<F: DifferentiableFunction & ~Copyable>(
    _ function: inout F, from start: [Double], lower: [Double], upper: [Double],
    scales: [Double], maxEvaluations: Int
  ) {
    self.scales = scales
    self.lower = zip(lower, scales).map { $0 / $1 }
    self.upper = zip(upper, scales).map { $0 / $1 }
    variables = zip(start, scales).map { $0 / $1 }
    gradient = Array(repeating: 0, count: start.count)
    direction = gradient
    candidate = gradient
    candidateGradient = gradient
    isHeld = Array(repeating: false, count: start.count)
    correctionCount = 0
    evaluationsLeft = maxEvaluations
    for index in variables.indices { candidate[index] = variables[index] }
    value = evaluateCandidate(&function)
    swap(&gradient, &candidateGradient)
    if value.isFinite { descend(&function) }
    for index in variables.indices { variables[index] *= scales[index] }
  }

  private mutating func descend<F: DifferentiableFunction & ~Copyable>(_ function: inout F) {
    var slowSteps = 0
    while evaluationsLeft > 0 {
      hold()
      setDirection()
      guard let next = search(&function) else {
        // Once more along the gradient, in case that the corrections mislead.
        if correctionCount == 0 { return }
        correctionCount = 0
        continue
      }
      let gain = value - next
      value = next
      slowSteps = gain > Self.smallestGain ? 0 : slowSteps + 1
      if slowSteps == 3 { return }
    }
  }

  /// The function at `candidate`; sets `candidateGradient`.
  private mutating func evaluateCandidate<F: DifferentiableFunction & ~Copyable>(
    _ function: inout F
  ) -> Double {
    evaluationsLeft -= 1
    for index in candidate.indices { candidate[index] *= scales[index] }
    let result = function.evaluate(candidate, gradient: &candidateGradient)
    for index in candidate.indices {
      candidate[index] /= scales[index]
      candidateGradient[index] *= scales[index]
    }
    return result
  }

  /// Holds the variables that are at a bound and would leave the box.
  private mutating func hold() {
    for index in variables.indices {
      isHeld[index] =
        variables[index] <= lower[index] && gradient[index] > 0
        || variables[index] >= upper[index] && gradient[index] < 0
    }
  }

  /// The two loops of L-BFGS over the variables that are not held.
  private mutating func setDirection() {
    for index in direction.indices { direction[index] = isHeld[index] ? 0 : -gradient[index] }
    guard correctionCount > 0 else {
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 1 { for index in direction.indices { direction[index] /= length } }
      return
    }
    for number in (0..<correctionCount).reversed() {
      let coefficient = corrections[number].scale * freeProduct(corrections[number].step)
      corrections[number].coefficient = coefficient
      add(-coefficient, corrections[number].change)
    }
    let last = corrections[correctionCount - 1]
    var squares = 0.0
    for value in last.change { squares += value * value }
    for index in direction.indices { direction[index] /= last.scale * squares }
    for number in 0..<correctionCount {
      let coefficient = corrections[number].scale * freeProduct(corrections[number].change)
      add(corrections[number].coefficient - coefficient, corrections[number].step)
    }
    var slope = 0.0
    for index in direction.indices { slope += direction[index] * gradient[index] }
    if !(slope < 0) {
      correctionCount = 0
      setDirection()
    }
  }

  private func freeProduct(_ values: [Double]) -> Double {
    var sum = 0.0
    for index in values.indices where !isHeld[index] { sum += values[index] * direction[index] }
    return sum
  }

  private mutating func add(_ factor: Double, _ values: [Double]) {
    for index in values.indices where !isHeld[index] {
      direction[index] += factor * values[index]
    }
  }

  /// Halves the step until the value falls enough (Armijo), and takes it; nil where it never does.
  private mutating func search<F: DifferentiableFunction & ~Copyable>(
    _ function: inout F
  ) -> Double? {
    var length = 1.0
    while evaluationsLeft > 0, length > 1e-10 {
      var slope = 0.0
      for index in variables.indices {
        let moved = variables[index] + length * direction[index]
        candidate[index] = min(max(moved, lower[index]), upper[index])
        slope += gradient[index] * (candidate[index] - variables[index])
      }
      guard slope < 0 else { return nil }
      let next = evaluateCandidate(&function)
      if next <= value + 1e-4 * slope {
        keepCorrection()
        swap(&variables, &candidate)
        swap(&gradient, &candidateGradient)
        return next
      }
      // The minimum of the parabola through both values and the slope, within bounds.
      let curvature = next - value - slope
      let factor = next.isFinite && curvature > 0 ? -slope / (2 * curvature) : 0.1
      length *= min(max(factor, 0.1), 0.5)
    }
    return nil
  }

  /// Keeps the step to `candidate`, if the function is convex along it.
  private mutating func keepCorrection() {
    var product = 0.0
    var squares = 0.0
    for index in variables.indices {
      let change = candidateGradient[index] - gradient[index]
      product += (candidate[index] - variables[index]) * change
      squares += change * change
    }
    guard product > 1e-12 * squares, product.isFinite else { return }
    if correctionCount == Self.keptCorrections {
      corrections.append(corrections.removeFirst())
    } else {
      correctionCount += 1
    }
    if corrections.count < correctionCount
      || corrections[correctionCount - 1].step.count != variables.count
    {
      let empty = Correction(step: gradient, change: gradient, scale: 0)
      if corrections.count < correctionCount {
        corrections.append(empty)
      } else {
        corrections[correctionCount - 1] = empty
      }
    }
    corrections[correctionCount - 1].scale = 1 / product
    for index in variables.indices {
      corrections[correctionCount - 1].step[index] = candidate[index] - variables[index]
      corrections[correctionCount - 1].change[index] = candidateGradient[index] - gradient[index]
    }
  }
}
