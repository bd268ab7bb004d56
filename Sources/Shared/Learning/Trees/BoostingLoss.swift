import Glibc

/// What boosting minimises: a function of a label and of the sum F of the trees so far (Friedman, "Greedy function
/// approximation: a gradient boosting machine", 2001), with Spark's factors.
enum BoostingLoss: Hashable, Sendable {
  /// (label - F)^2
  case squared
  /// |label - F|
  case absolute
  /// 2 log(1 + exp(-2 label F)) of labels -1 and 1.
  case logistic

  /// Writes the negative gradient of each example: what the next tree is to predict.
  func writeResiduals(
    _ labels: UnsafePointer<Double>, _ sums: UnsafePointer<Double>, _ selected: SelectedRows,
    into residuals: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .squared:
      for position in 0..<selected.count {
        let row = Int(selected.rows[position])
        residuals[row] = 2 * (labels[row] - sums[row])
      }
    case .absolute:
      for position in 0..<selected.count {
        let row = Int(selected.rows[position])
        residuals[row] = labels[row] < sums[row] ? -1 : 1
      }
    case .logistic:
      for position in 0..<selected.count {
        let row = Int(selected.rows[position])
        residuals[row] = 4 * labels[row] / (1 + exp(2 * labels[row] * sums[row]))
      }
    }
  }
}
