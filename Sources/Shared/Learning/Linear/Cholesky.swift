/// Solves small symmetric systems in place (Golub, Van Loan: "Matrix Computations", section 4.2).
///
/// A matrix is `order` rows, `order` doubles apart.
///
/// Unsafe: pointers have the sizes that `order` says.
enum Cholesky {
  /// Replaces the lower triangle by its Cholesky factor; the upper one is neither read nor written.
  ///
  /// Returns the first column of which no more than `tolerance` of its diagonal is left by those before it, which is
  /// then, up to rounding, a linear combination of them; nil when there is none and the factor is complete.
  /// - Complexity: O(order cubed / 3)
  static func factorise(
    _ matrix: UnsafeMutablePointer<Double>, order: Int, tolerance: Double
  ) -> Int? {
    for row in 0..<order {
      let current = matrix + row &* order
      let diagonal = current[row]
      for column in 0..<row {
        let other = matrix + column &* order
        var value = current[column]
        for k in 0..<column { value -= current[k] * other[k] }
        current[column] = value / other[column]
      }
      var pivot = diagonal
      for k in 0..<row { pivot -= current[k] * current[k] }
      // Not `<=`, so that NaN is no factor either.
      guard pivot > tolerance * diagonal, pivot.isFinite else { return row }
      current[row] = pivot.squareRoot()
    }
    return nil
  }

  /// Replaces `vector` by the solution of the system whose factor is given.
  static func solve(
    _ factor: UnsafePointer<Double>, order: Int, _ vector: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<order {
      let current = factor + row &* order
      var value = vector[row]
      for k in 0..<row { value -= current[k] * vector[k] }
      vector[row] = value / current[row]
    }
    var row = order - 1
    while row >= 0 {
      let value = vector[row] / factor[row &* order &+ row]
      vector[row] = value
      let current = factor + row &* order
      for k in 0..<row { vector[k] -= current[k] * value }
      row -= 1
    }
  }
}
