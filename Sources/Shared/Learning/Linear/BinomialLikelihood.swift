/// The mean logistic loss of labels 0 and 1: log(1 + exp(margin)) - label * margin, weighted.
///
/// Unsafe: a view of a design and of `memoryNeeded` doubles, which outlive it.
struct BinomialLikelihood: Likelihood {
  let dimension: Int
  private let stride: Int
  private let columns: UnsafePointer<Double>
  private let weights: UnsafePointer<Double>
  private let labels: UnsafePointer<Double>
  /// First the margins, then the slopes of the loss by them.
  private let slopes: UnsafeMutablePointer<Double>
  /// The second derivatives of the loss by the margins.
  private let curvatures: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  static func memoryNeeded(stride: Int) -> Int { 2 * stride + ColumnKernels.gramScratch }

  init(_ design: borrowing Design, memory: UnsafeMutablePointer<Double>) {
    dimension = design.columnCount
    stride = design.stride
    columns = UnsafePointer(design.columns)
    weights = UnsafePointer(design.weights)
    labels = UnsafePointer(design.labels)
    var pieces = MemoryPieces(memory)
    slopes = pieces.take(stride)
    curvatures = pieces.take(stride)
    scratch = pieces.take(ColumnKernels.gramScratch)
  }

  func evaluate(
    _ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    for index in 0..<dimension { gradient[index] = 0 }
    var loss = SIMD8<Double>.zero
    // A block of rows at a time, whose columns are near for both products.
    var start = 0
    while start < stride {
      let length = min(ColumnKernels.rowsPerBlock, stride &- start)
      ColumnKernels.product(
        columns + start, stride: stride, columnCount: dimension, parameters,
        into: slopes + start, rows: length)
      var row = start
      while row < start &+ length {
        loss += differentiate(row)
        row &+= LaneMemory.count
      }
      ColumnKernels.addTransposedProduct(
        columns + start, stride: stride, columnCount: dimension, slopes + start, to: gradient,
        rows: length)
      start &+= length
    }
    return loss.sum()
  }

  /// Replaces eight margins by the slopes of the loss and sets its curvatures; the losses. Behind the last row weights
  /// are 0, and so is all of this.
  @inline(__always)
  private func differentiate(_ row: Int) -> SIMD8<Double> {
    let margins = LaneMemory.load(slopes, row)
    let labels = LaneMemory.load(labels, row)
    let weights = LaneMemory.load(weights, row)
    let none = SIMD8<Double>.zero
    let isPositive = margins .>= none
    // The exponential of what is at most 0 does not overflow.
    let small = ElementaryFunctions.exp(margins.replacing(with: -margins, where: isPositive))
    let likelier = 1 / (1 + small)
    let probabilities = (small * likelier).replacing(with: likelier, where: isPositive)
    LaneMemory.store(weights * (probabilities - labels), slopes, row)
    LaneMemory.store(weights * small * likelier * likelier, curvatures, row)
    let certain = none.replacing(with: margins, where: isPositive)
    return weights * (certain - labels * margins + ElementaryFunctions.log1p(small))
  }

  func writeHessian(_ hessian: UnsafeMutablePointer<Double>) {
    ColumnKernels.weightedGram(
      columns, stride: stride, columnCount: dimension, weights: curvatures, rows: stride,
      into: hessian, outputStride: dimension, scratch: scratch)
  }
}
