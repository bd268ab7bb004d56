/// The hinge loss with an L2 penalty, minimised by a primal-dual interior-point method (Ferris, Munson: "Interior-Point Methods
/// for Massive Support Vector Machines", SIAM Journal on Optimization 13, 2003), with Mehrotra's predictor and corrector
/// (Nocedal, Wright: "Numerical Optimization", section 16.6).
///
///     minimise    1/2 sum penalty_j w_j^2 + sum share_i slack_i
///     subject to  sign_i x_i . w + slack_i - surplus_i = 1,  slack, surplus >= 0
///
/// With multipliers a of the constraints and b = share - a of slack >= 0 the optimum has surplus a = 0, slack b = 0 and
/// penalty w = sum a_i sign_i x_i. An iteration solves a system as small as the number of columns, and some twenty of them
/// are enough whatever the penalty is, none included, and however the intercept is treated: the dual methods for this loss
/// (Hsieh et al. 2008) need a penalty on both.
///
/// All rows are gone through eight at a time. Behind the last one multipliers are 1, their products and steps 0.
///
/// Unsafe: a view of a design and of `memoryNeeded` doubles, which outlive it.
struct HingeInteriorPoint {
  private let limits: OptimiserLimits
  private let dimension: Int
  private let rowCount: Int
  private let stride: Int
  private let columns: UnsafePointer<Double>
  private let shares: UnsafePointer<Double>
  private let penalties: UnsafePointer<Double>
  private let signs: UnsafeMutablePointer<Double>
  private let margins: UnsafeMutablePointer<Double>
  private let multipliers: UnsafeMutablePointer<Double>
  private let slackMultipliers: UnsafeMutablePointer<Double>
  private let slacks: UnsafeMutablePointer<Double>
  private let surpluses: UnsafeMutablePointer<Double>
  /// The weights of the rows in the system.
  private let scales: UnsafeMutablePointer<Double>
  private let targets: UnsafeMutablePointer<Double>
  private let multiplierSteps: UnsafeMutablePointer<Double>
  private let slackSteps: UnsafeMutablePointer<Double>
  private let surplusSteps: UnsafeMutablePointer<Double>
  /// Something for each row that is needed at once.
  private let rowScratch: UnsafeMutablePointer<Double>
  private let steps: UnsafeMutablePointer<Double>
  private let residual: UnsafeMutablePointer<Double>
  private let factor: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  /// The share of the way to the nearest bound that a step goes.
  private static let reach = 0.995
  /// What is added to the system's diagonal, as a share of its largest value: columns that the examples do not tell apart
  /// stay where they are.
  private static let damping = 1e-13

  static func memoryNeeded(dimension: Int, stride: Int) -> Int {
    12 * stride + dimension * (2 + dimension) + ColumnKernels.gramScratch
  }

  init(
    _ design: borrowing Design, penalties: UnsafePointer<Double>, limits: OptimiserLimits,
    memory: UnsafeMutablePointer<Double>
  ) {
    self.limits = limits
    self.penalties = penalties
    dimension = design.columnCount
    rowCount = design.rowCount
    stride = design.stride
    columns = UnsafePointer(design.columns)
    shares = UnsafePointer(design.weights)
    var pieces = MemoryPieces(memory)
    signs = pieces.take(stride)
    margins = pieces.take(stride)
    multipliers = pieces.take(stride)
    slackMultipliers = pieces.take(stride)
    slacks = pieces.take(stride)
    surpluses = pieces.take(stride)
    scales = pieces.take(stride)
    targets = pieces.take(stride)
    multiplierSteps = pieces.take(stride)
    slackSteps = pieces.take(stride)
    surplusSteps = pieces.take(stride)
    rowScratch = pieces.take(stride)
    steps = pieces.take(dimension)
    residual = pieces.take(dimension)
    factor = pieces.take(dimension * dimension)
    scratch = pieces.take(ColumnKernels.gramScratch)
    for row in 0..<stride {
      signs[row] = row < rowCount ? 2 * design.labels[row] - 1 : 0
      scales[row] = 0
      rowScratch[row] = 0
    }
  }

  /// Sets `parameters`, which are 0, to the optimum.
  ///
  /// Ends when the sum of all surplus times multiplier and slack times multiplier, which bounds the distance from the
  /// least objective, is a hundredth of tol, after `maxIter` iterations, or when rounding allows no further step.
  /// - Complexity: O(rows * columns squared) an iteration
  func minimise(_ parameters: UnsafeMutablePointer<Double>) {
    for row in 0..<rowCount {
      margins[row] = 0
      multipliers[row] = 0.5 * shares[row]
      slackMultipliers[row] = 0.5 * shares[row]
      slacks[row] = 2
      surpluses[row] = 1
    }
    for row in rowCount..<stride {
      margins[row] = 0
      multipliers[row] = 1
      slackMultipliers[row] = 1
      slacks[row] = 0
      surpluses[row] = 0
    }
    let tolerance = max(limits.tol / 100, 1e-14)
    for _ in 0..<limits.maxIter {
      let gap = complementarity()
      makeResidual(parameters)
      if gap <= tolerance, residualLength() <= tolerance { return }
      guard makeSystem() else { return }
      // The predictor shows how far a step without centring comes, the corrector centres by that and mends its curvature.
      let mean = gap / Double(2 * rowCount)
      clearSteps()
      solve(centre: 0)
      let length = stepLength(reach: 1)
      let predicted = complementarity(after: length) / Double(2 * rowCount)
      let ratio = predicted / mean
      let centre = mean * ratio * ratio * ratio
      guard centre.isFinite else { return }
      solve(centre: centre)
      guard advance(parameters, length: stepLength(reach: Self.reach)) else { return }
    }
  }

  private func clearPadding(_ values: UnsafeMutablePointer<Double>) {
    for row in rowCount..<stride { values[row] = 0 }
  }

  private func complementarity() -> Double {
    var sum = SIMD8<Double>.zero
    for row in Swift.stride(from: 0, to: stride, by: LaneMemory.count) {
      sum = sum.addingProduct(
        LaneMemory.load(surpluses, row), LaneMemory.load(multipliers, row))
      sum = sum.addingProduct(
        LaneMemory.load(slacks, row), LaneMemory.load(slackMultipliers, row))
    }
    return sum.sum()
  }

  private func complementarity(after length: Double) -> Double {
    var sum = SIMD8<Double>.zero
    for row in Swift.stride(from: 0, to: stride, by: LaneMemory.count) {
      let multiplierStep = length * LaneMemory.load(multiplierSteps, row)
      let surplus =
        LaneMemory.load(surpluses, row) + length * LaneMemory.load(surplusSteps, row)
      let slack = LaneMemory.load(slacks, row) + length * LaneMemory.load(slackSteps, row)
      sum = sum.addingProduct(surplus, LaneMemory.load(multipliers, row) + multiplierStep)
      sum = sum.addingProduct(slack, LaneMemory.load(slackMultipliers, row) - multiplierStep)
    }
    return sum.sum()
  }

  /// What the penalty's slope and the multipliers leave of each column's balance.
  private func makeResidual(_ parameters: UnsafePointer<Double>) {
    for row in Swift.stride(from: 0, to: stride, by: LaneMemory.count) {
      LaneMemory.store(
        LaneMemory.load(multipliers, row) * LaneMemory.load(signs, row), rowScratch, row)
    }
    ColumnKernels.transposedProduct(
      columns, stride: stride, columnCount: dimension, rowScratch, into: residual, rows: stride)
    for column in 0..<dimension { residual[column] -= penalties[column] * parameters[column] }
  }

  private func residualLength() -> Double {
    var largest = 0.0
    for column in 0..<dimension { largest = max(largest, residual[column].magnitude) }
    return largest
  }

  /// The system's factor: penalties plus the columns' products weighted by `scales`.
  private func makeSystem() -> Bool {
    for row in Swift.stride(from: 0, to: stride, by: LaneMemory.count) {
      let slack = LaneMemory.load(slacks, row) / LaneMemory.load(slackMultipliers, row)
      let surplus = LaneMemory.load(surpluses, row) / LaneMemory.load(multipliers, row)
      LaneMemory.store(1 / (slack + surplus), scales, row)
    }
    clearPadding(scales)
    ColumnKernels.weightedGram(
      columns, stride: stride, columnCount: dimension, weights: scales, rows: stride,
      into: factor, outputStride: dimension, scratch: scratch)
    var largest = 0.0
    for column in 0..<dimension {
      factor[column &* (dimension &+ 1)] += penalties[column]
      largest = max(largest, factor[column &* (dimension &+ 1)])
    }
    for column in 0..<dimension {
      factor[column &* (dimension &+ 1)] += largest * Self.damping
    }
    return Cholesky.factorise(factor, order: dimension, tolerance: 0) == nil
  }

  private func clearSteps() {
    for row in 0..<stride {
      multiplierSteps[row] = 0
      slackSteps[row] = 0
      surplusSteps[row] = 0
    }
  }

  /// Sets all steps towards products of `centre`, taking the products of the steps found before into account.
  private func solve(centre: Double) {
    for row in Swift.stride(from: 0, to: stride, by: LaneMemory.count) {
      let (surplus, multiplier) = (
        LaneMemory.load(surpluses, row), LaneMemory.load(multipliers, row)
      )
      let (slack, slackMultiplier) = (
        LaneMemory.load(slacks, row), LaneMemory.load(slackMultipliers, row)
      )
      let step = LaneMemory.load(multiplierSteps, row)
      let surplusTarget =
        centre - surplus * multiplier - LaneMemory.load(surplusSteps, row) * step
      let slackTarget =
        centre - slack * slackMultiplier + LaneMemory.load(slackSteps, row) * step
      let surplusStep = surplusTarget / multiplier
      let slackStep = slackTarget / slackMultiplier
      LaneMemory.store(surplusStep, surplusSteps, row)
      LaneMemory.store(slackStep, slackSteps, row)
      let sign = LaneMemory.load(signs, row)
      let infeasibility = 1 + surplus - slack - sign * LaneMemory.load(margins, row)
      let target = infeasibility + surplusStep - slackStep
      LaneMemory.store(target, targets, row)
      LaneMemory.store(LaneMemory.load(scales, row) * target * sign, rowScratch, row)
    }
    ColumnKernels.transposedProduct(
      columns, stride: stride, columnCount: dimension, rowScratch, into: steps, rows: stride)
    for column in 0..<dimension { steps[column] += residual[column] }
    Cholesky.solve(factor, order: dimension, steps)
    ColumnKernels.product(
      columns, stride: stride, columnCount: dimension, steps, into: rowScratch, rows: stride)
    for row in Swift.stride(from: 0, to: stride, by: LaneMemory.count) {
      let explained = LaneMemory.load(signs, row) * LaneMemory.load(rowScratch, row)
      let step = LaneMemory.load(scales, row) * (LaneMemory.load(targets, row) - explained)
      LaneMemory.store(step, multiplierSteps, row)
      let surplus = LaneMemory.load(surpluses, row) / LaneMemory.load(multipliers, row)
      LaneMemory.store(LaneMemory.load(surplusSteps, row) - step * surplus, surplusSteps, row)
      let slack = LaneMemory.load(slacks, row) / LaneMemory.load(slackMultipliers, row)
      LaneMemory.store(LaneMemory.load(slackSteps, row) + step * slack, slackSteps, row)
    }
    clearPadding(rowScratch)
    clearPadding(surplusSteps)
    clearPadding(slackSteps)
  }

  /// The longest step, up to 1, after which all that must stay positive does.
  private func stepLength(reach: Double) -> Double {
    // Of the changes relative to the values the most negative decides.
    var worsts = SIMD8(repeating: -reach)
    var row = 0
    while row < stride {
      let step = LaneMemory.load(multiplierSteps, row)
      let multiplierChange = step / LaneMemory.load(multipliers, row)
      let slackMultiplierChange = -step / LaneMemory.load(slackMultipliers, row)
      let surplusChange =
        LaneMemory.load(surplusSteps, row) / LaneMemory.load(surpluses, row)
      let slackChange = LaneMemory.load(slackSteps, row) / LaneMemory.load(slacks, row)
      worsts.replace(with: multiplierChange, where: multiplierChange .< worsts)
      worsts.replace(with: slackMultiplierChange, where: slackMultiplierChange .< worsts)
      // Behind the last row these are 0 / 0, which is not less than anything.
      worsts.replace(with: surplusChange, where: surplusChange .< worsts)
      worsts.replace(with: slackChange, where: slackChange .< worsts)
      row &+= LaneMemory.count
    }
    var worst = -reach
    for lane in 0..<LaneMemory.count { worst = min(worst, worsts[lane]) }
    return -reach / worst
  }

  /// Takes the steps; false, with nothing changed, when they are not finite or too short to matter.
  private func advance(_ parameters: UnsafeMutablePointer<Double>, length: Double) -> Bool {
    guard length > 1e-12 else { return false }
    for column in 0..<dimension
    where !(parameters[column] + length * steps[column]).isFinite { return false }
    for column in 0..<dimension { parameters[column] += length * steps[column] }
    ColumnKernels.product(
      columns, stride: stride, columnCount: dimension, parameters, into: margins, rows: stride)
    for row in 0..<stride {
      multipliers[row] += length * multiplierSteps[row]
      slackMultipliers[row] -= length * multiplierSteps[row]
      slacks[row] += length * slackSteps[row]
      surpluses[row] += length * surplusSteps[row]
    }
    return true
  }
}
