/// A smooth convex function of the parameters of a model, as the optimisers see it.
///
/// Unsafe: vectors have `dimension` doubles, the matrix `dimension` rows that lie as far apart.
protocol Likelihood {
  var dimension: Int { get }

  /// The value at `parameters`; writes the gradient there.
  func evaluate(
    _ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double

  /// Writes the second derivatives at the parameters that were evaluated last.
  func writeHessian(_ hessian: UnsafeMutablePointer<Double>)
}

/// What is added to a likelihood: for each parameter a multiple of its absolute value and of half of its square.
///
/// Unsafe: as many doubles as there are parameters.
struct ElasticNetPenalty {
  let absolute: UnsafePointer<Double>
  let square: UnsafePointer<Double>
  let count: Int

  /// Whether one of `absolute` is above 0.
  var hasAbsolute: Bool {
    for index in 0..<count where absolute[index] > 0 { return true }
    return false
  }

  func absoluteValue(_ parameters: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += absolute[index] * parameters[index].magnitude }
    return sum
  }

  /// Half of the weighted squares; adds their gradient.
  func addSquares(
    _ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let slope = square[index] * parameters[index]
      gradient[index] += slope
      sum += slope * parameters[index]
    }
    return sum / 2
  }
}

/// When an optimiser ends.
struct OptimiserLimits: Hashable, Sendable {
  let maxIter: Int
  let tol: Double
}
