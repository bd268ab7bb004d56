/// The maximisation step of a mixture: weights, means and covariances of rows that belong to components in shares.
struct MixtureMaximization {
  private let featureCount: Int
  /// The differences of eight rows from the mean, and the sums of their products, the lower triangle by rows.
  private var differences: [SIMD8<Double>]
  private var products: [SIMD8<Double>]

  /// What each variance of features of deviation 1 has more than the rows say.
  static let regularization = 1e-6

  init(featureCount: Int) {
    self.featureCount = featureCount
    differences = Array(repeating: .zero, count: featureCount)
    products = Array(repeating: .zero, count: ScaledMixture.factorSize(featureCount))
  }

  /// - Parameter responsibilities: those of a component for all rows (whole blocks), component after component.
  mutating func run(
    _ rows: borrowing PackedRows, _ responsibilities: [Double], into mixture: inout ScaledMixture
  ) {
    var total = 0.0
    for row in 0..<rows.rowCount { total += rows.weights[row] }
    for component in 0..<mixture.componentCount {
      responsibilities.withUnsafeBufferPointer { responsibilities in
        let shares = responsibilities.baseAddress! + component * rows.blockCount * 8
        // Above 0, so that an empty component has a mean.
        let weight = sum(rows, shares) + 10 * Double.ulpOfOne
        mixture.weights[component] = weight / total
        setMean(rows, shares, weight, component, &mixture)
        sumProducts(rows, shares, component, mixture)
        factorise(weight, component, &mixture)
      }
    }
    mixture.prepare()
  }

  private func sum(_ rows: borrowing PackedRows, _ shares: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for row in 0..<rows.rowCount { sum += rows.weights[row] * shares[row] }
    return sum
  }

  private func setMean(
    _ rows: borrowing PackedRows, _ shares: UnsafePointer<Double>, _ weight: Double,
    _ component: Int, _ mixture: inout ScaledMixture
  ) {
    mixture.means.withUnsafeMutableBufferPointer { means in
      let mean = means.baseAddress! + component * featureCount
      for feature in 0..<featureCount { mean[feature] = 0 }
      for row in 0..<rows.rowCount {
        let share = rows.weights[row] * shares[row]
        let values = rows.row(row)
        for feature in 0..<featureCount { mean[feature] += share * values[feature] }
      }
      for feature in 0..<featureCount { mean[feature] /= weight }
    }
  }

  private mutating func sumProducts(
    _ rows: borrowing PackedRows, _ shares: UnsafePointer<Double>, _ component: Int,
    _ mixture: ScaledMixture
  ) {
    let (lanes, weights, blockCount) = (rows.lanes, rows.weights, rows.blockCount)
    let featureCount = featureCount
    mixture.means.withUnsafeBufferPointer { means in
      differences.withUnsafeMutableBufferPointer { differences in
        products.withUnsafeMutableBufferPointer { products in
          guard let differences = differences.baseAddress, let products = products.baseAddress
          else { return }
          let mean = means.baseAddress! + component &* featureCount
          for index in 0..<ScaledMixture.factorSize(featureCount) { products[index] = .zero }
          for block in 0..<blockCount {
            let share =
              UnsafeRawPointer(shares + 8 &* block).loadUnaligned(as: SIMD8<Double>.self)
              * UnsafeRawPointer(weights + 8 &* block).loadUnaligned(as: SIMD8<Double>.self)
            let values = lanes + block &* featureCount
            var row = products
            for feature in 0..<featureCount {
              let difference = values[feature] - mean[feature]
              differences[feature] = difference
              let weighted = share * difference
              for other in 0...feature { row[other] += weighted * differences[other] }
              row += feature &+ 1
            }
          }
        }
      }
    }
  }

  /// Sets the Cholesky factor of the covariance. A pivot that rounding takes below the regularisation is that.
  private func factorise(_ weight: Double, _ component: Int, _ mixture: inout ScaledMixture) {
    let offset = component * ScaledMixture.factorSize(featureCount)
    for row in 0..<featureCount {
      let start = offset + row * (row + 1) / 2
      for column in 0...row {
        let other = offset + column * (column + 1) / 2
        var value = products[row * (row + 1) / 2 + column].sum() / weight
        if row == column { value += Self.regularization }
        for k in 0..<column { value -= mixture.factors[start + k] * mixture.factors[other + k] }
        mixture.factors[start + column] =
          row == column
          ? max(value, Self.regularization).squareRoot() : value / mixture.factors[other + column]
      }
    }
  }
}
