import Columnar

/// The number, the mean and the sum of squared deviations from the mean of the values of a group.
///
/// Values are added by Welford's method (Technometrics 4, 1962) and parts merged by that of Chan, Golub and LeVeque
/// (Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979): neither subtracts large
/// sums of squares from each other.
struct Moments {
  var count = 0.0
  var mean = 0.0
  var squares = 0.0

  @inline(__always)
  mutating func add(_ value: Double) {
    count += 1
    let delta = value - mean
    let step = delta / count
    mean += step
    squares += delta * (delta - step)
  }

  mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = count + other.count
    let delta = other.mean - mean
    let share = other.count / total
    squares += other.squares + delta * delta * count * share
    mean += delta * share
    count = total
  }
}
