import Glibc

/// The normal distribution of mean 0 and deviation 1.
enum NormalDistribution {
  /// The value below which the variable is with this probability, from above 0 to below 1; exact to a few units in the last place.
  ///
  /// A rational start (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.23) and Halley's steps on the
  /// complementary error function.
  static func quantile(_ probability: Double) -> Double {
    let tail = min(probability, 1 - probability)
    let t = (-2 * log(tail)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    // The quantile of the upper tail.
    var x = t - numerator / denominator
    for _ in 0..<3 {
      let excess = 0.5 * erfc(x / 2.0.squareRoot()) - tail
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let step = excess / density
      x += step / (1 - 0.5 * x * step)
    }
    return probability < 0.5 ? -x : x
  }
}
