import Glibc

/// Turns logarithms of likelihoods into probabilities.
enum ClassProbabilities {
  /// Replaces `count` values by their softmax. Values that are all minus infinity, of which none is the likelier, become
  /// equal probabilities, and so do several that are infinite.
  static func normalise(_ values: UnsafeMutablePointer<Double>, count: Int) {
    var largest = values[0]
    for index in 1..<count { largest = max(largest, values[index]) }
    if largest.isInfinite {
      for index in 0..<count { values[index] = values[index] == largest ? 0 : -.infinity }
      largest = 0
    }
    var sum = 0.0
    for index in 0..<count {
      values[index] = exp(values[index] - largest)
      sum += values[index]
    }
    for index in 0..<count { values[index] /= sum }
  }
}
