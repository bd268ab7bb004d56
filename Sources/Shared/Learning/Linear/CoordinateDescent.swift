/// Minimises a quadratic function plus a weighted sum of absolute values by coordinate descent with the matrix of second
/// derivatives at hand: the "covariance updates" of Friedman, Hastie, Tibshirani ("Regularization Paths for Generalized
/// Linear Models via Coordinate Descent", Journal of Statistical Software 33, 2010, section 2.2).
///
///     gradient . d + 1/2 d . hessian d + sum of penalty_j |origin_j + d_j|
///
/// Unsafe: vectors have `order` doubles, the matrix `order` rows that lie `order` doubles apart.
struct CoordinateDescent {
  let order: Int
  let hessian: UnsafePointer<Double>
  let gradient: UnsafePointer<Double>
  let origin: UnsafePointer<Double>
  let penalties: UnsafePointer<Double>
  /// The steps d: where the search begins and what it finds.
  let steps: UnsafeMutablePointer<Double>
  /// hessian d, kept up to date.
  let product: UnsafeMutablePointer<Double>

  /// Sweeps over the coordinates that are not zero, between two over all.
  private static let sweepsOfNonzero = 1000

  /// Ends after a sweep over all coordinates in which none gained more than `tolerance`, and after `rounds` of them.
  /// - Complexity: O(order squared) a sweep
  func minimise(rounds: Int, tolerance: Double) {
    for index in 0..<order { product[index] = 0 }
    for index in 0..<order where steps[index] != 0 {
      add(steps[index], column: index)
    }
    var round = 0
    while round < rounds {
      round += 1
      if sweep(all: true) <= tolerance { return }
      var sweeps = 0
      while sweeps < Self.sweepsOfNonzero, sweep(all: false) > tolerance { sweeps += 1 }
    }
  }

  private func add(_ change: Double, column: Int) {
    let row = hessian + column &* order
    for index in 0..<order { product[index] = product[index].addingProduct(change, row[index]) }
  }

  /// Returns twice the largest gain of a coordinate.
  private func sweep(all: Bool) -> Double {
    var largest = 0.0
    for index in 0..<order {
      let curvature = hessian[index &* order &+ index]
      let before = origin[index] + steps[index]
      if before == 0, !all { continue }
      guard curvature > 0 else { continue }
      let target = curvature * before - gradient[index] - product[index]
      let after = Self.softThreshold(target, penalties[index]) / curvature
      let change = after - before
      // What is no number changes nothing.
      guard change != 0, change.isFinite else { continue }
      // An exact zero stays one after the origin is added.
      steps[index] = after == 0 ? -origin[index] : steps[index] + change
      add(change, column: index)
      largest = max(largest, curvature * change * change)
    }
    return largest
  }

  /// The value moved towards zero by `threshold`, and no further than zero.
  private static func softThreshold(_ value: Double, _ threshold: Double) -> Double {
    if value > threshold { return value - threshold }
    if value < -threshold { return value + threshold }
    return 0
  }
}
