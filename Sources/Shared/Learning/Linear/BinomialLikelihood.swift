import Glibc

/// The mean logistic loss of labels 0 and 1: log(1 + exp(margin)) - label * margin, weighted.
///
/// Unsafe: a view of a design and of `memoryNeeded` doubles, which outlive it.
struct BinomialLikelihood: Likelihood {
  let dimension: Int
  private let rowCount: Int
  private let stride: Int
  private let columns: UnsafePointer<Double>
  private let weights: UnsafePointer<Double>
  private let labels: UnsafePointer<Double>
  /// First the margins, then the slopes of the loss by them.
  private let slopes: UnsafeMutablePointer<Double>
  /// The second derivatives of the loss by the margins.
  private let curvatures: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  static func memoryNeeded(stride: Int) -> Int { 2 * stride + ColumnKernels.rowsPerBlock }

  init(_ design: borrowing Design, memory: UnsafeMutablePointer<Double>) {
    dimension = design.columnCount
    rowCount = design.rowCount
    stride = design.stride
    columns = UnsafePointer(design.columns)
    weights = UnsafePointer(design.weights)
    labels = UnsafePointer(design.labels)
    var pieces = MemoryPieces(memory)
    slopes = pieces.take(stride)
    curvatures = pieces.take(stride)
    scratch = pieces.take(ColumnKernels.rowsPerBlock)
    for row in rowCount..<stride { curvatures[row] = 0 }
  }

  func evaluate(
    _ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    ColumnKernels.product(
      columns, stride: stride, columnCount: dimension, parameters, into: slopes, rows: stride)
    var loss = 0.0
    for row in 0..<rowCount {
      let margin = slopes[row]
      let label = labels[row]
      let weight = weights[row]
      // The exponential of what is at most 0 does not overflow.
      let small = exp(-margin.magnitude)
      let likelier = 1 / (1 + small)
      let probability = margin >= 0 ? likelier : small * likelier
      loss += weight * (max(margin, 0) - label * margin + log1p(small))
      slopes[row] = weight * (probability - label)
      curvatures[row] = weight * small * likelier * likelier
    }
    for row in rowCount..<stride { slopes[row] = 0 }
    ColumnKernels.transposedProduct(
      columns, stride: stride, columnCount: dimension, slopes, into: gradient, rows: stride)
    return loss
  }

  func writeHessian(_ hessian: UnsafeMutablePointer<Double>) {
    ColumnKernels.weightedGram(
      columns, stride: stride, columnCount: dimension, weights: curvatures, rows: stride,
      into: hessian, outputStride: dimension, scratch: scratch)
  }
}
