import Glibc

/// The mean cross entropy of a softmax over classes, weighted. Parameters are those of class 0, then those of class 1...
///
/// Unsafe: a view of a design and of `memoryNeeded` doubles, which outlive it. Labels of the design are class indices.
struct MultinomialLikelihood: Likelihood {
  let classCount: Int
  private let columnCount: Int
  private let rowCount: Int
  private let stride: Int
  private let columns: UnsafePointer<Double>
  private let weights: UnsafePointer<Double>
  private let labels: UnsafePointer<Double>
  /// First the margins, then the probabilities: a column a class.
  private let probabilities: UnsafeMutablePointer<Double>
  /// The slopes or the curvatures of the loss, for one class or one pair of classes.
  private let derivatives: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  static func memoryNeeded(stride: Int, classCount: Int) -> Int {
    (classCount + 2) * stride + ColumnKernels.gramScratch
  }

  init(_ design: borrowing Design, classCount: Int, memory: UnsafeMutablePointer<Double>) {
    self.classCount = classCount
    columnCount = design.columnCount
    rowCount = design.rowCount
    stride = design.stride
    columns = UnsafePointer(design.columns)
    weights = UnsafePointer(design.weights)
    labels = UnsafePointer(design.labels)
    var pieces = MemoryPieces(memory)
    probabilities = pieces.take(stride * classCount)
    derivatives = pieces.take(stride)
    scratch = pieces.take(ColumnKernels.gramScratch)
    for row in rowCount..<stride { derivatives[row] = 0 }
  }

  var dimension: Int { classCount * columnCount }

  func evaluate(
    _ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    for index in 0..<classCount {
      ColumnKernels.product(
        columns, stride: stride, columnCount: columnCount, parameters + index &* columnCount,
        into: probabilities + index &* stride, rows: stride)
    }
    var loss = 0.0
    for row in 0..<rowCount {
      let margins = probabilities + row
      // The design's labels are checked to be indices of classes.
      let labelMargin = margins[Int(labels[row]) &* stride]
      var largest = margins[0]
      for index in 1..<classCount { largest = max(largest, margins[index &* stride]) }
      var sum = 0.0
      for index in 0..<classCount {
        let value = exp(margins[index &* stride] - largest)
        margins[index &* stride] = value
        sum += value
      }
      let scale = 1 / sum
      for index in 0..<classCount { margins[index &* stride] *= scale }
      loss += weights[row] * (log(sum) + largest - labelMargin)
    }
    for index in 0..<classCount {
      let column = probabilities + index &* stride
      let label = Double(index)
      for row in 0..<rowCount {
        derivatives[row] = weights[row] * (column[row] - (labels[row] == label ? 1 : 0))
      }
      ColumnKernels.transposedProduct(
        columns, stride: stride, columnCount: columnCount, derivatives,
        into: gradient + index &* columnCount, rows: stride)
    }
    return loss
  }

  func writeHessian(_ hessian: UnsafeMutablePointer<Double>) {
    for first in 0..<classCount {
      for second in 0...first {
        let a = probabilities + first &* stride
        let b = probabilities + second &* stride
        let one = first == second ? 1.0 : 0.0
        for row in 0..<rowCount { derivatives[row] = weights[row] * a[row] * (one - b[row]) }
        let block = hessian + (first &* dimension &+ second) &* columnCount
        ColumnKernels.weightedGram(
          columns, stride: stride, columnCount: columnCount, weights: derivatives, rows: stride,
          into: block, outputStride: dimension, scratch: scratch)
        if first == second { continue }
        // The block of a pair is symmetric, and so is the matrix of blocks.
        let mirror = hessian + (second &* dimension &+ first) &* columnCount
        for row in 0..<columnCount {
          (mirror + row &* dimension).update(from: block + row &* dimension, count: columnCount)
        }
      }
    }
  }
}
