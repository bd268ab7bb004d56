import Columnar
import Plan

/// `covar_samp`, `covar_pop` and `corr` over the rows in which neither argument is null.
///
/// As in Spark 4, a sample of one pair has no covariance and no correlation, and nothing correlates with a constant
/// (SPARK-58213): null.
final class ComomentsAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  let stateFields = ["count", "mean_x", "mean_y", "products", "squares_x", "squares_y"].map {
    Field($0, .double)
  }
  private var comoments: [Comoments] = []

  init(_ aggregate: Aggregate) {
    self.aggregate = aggregate
  }

  var byteCount: Int { MemoryLayout<Comoments>.stride * comoments.capacity }

  func grow(to groupCount: Int) {
    comoments.append(contentsOf: repeatElement(Comoments(), count: groupCount - comoments.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    let x = rows.columns[aggregate.arguments[0]]
    let y = rows.columns[aggregate.arguments[1]]
    comoments.withUnsafeMutableBufferPointer { comoments in
      x.withValues(as: Double.self) { xs in
        y.withValues(as: Double.self) { ys in
          let validX = x.validity
          let validY = y.validity
          for row in 0..<groups.count
          where (validX.map { $0[row] } ?? true) && (validY.map { $0[row] } ?? true) {
            comoments[Int(groups[row])].add(xs[row], ys[row])
          }
        }
      }
    }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    withExtendedLifetime(states) {
      let parts = states.map { $0.pointer(as: Double.self) }
      comoments.withUnsafeMutableBufferPointer { comoments in
        parts.withUnsafeBufferPointer { parts in
          for row in 0..<groups.count {
            comoments[Int(groups[row])].merge(
              Comoments(
                count: parts[0][row], meanX: parts[1][row], meanY: parts[2][row],
                products: parts[3][row], squaresX: parts[4][row], squaresY: parts[5][row]))
          }
        }
      }
    }
  }

  func states() -> [Column] {
    [
      Column(.double, values: comoments.lazy.map(\.count)),
      Column(.double, values: comoments.lazy.map(\.meanX)),
      Column(.double, values: comoments.lazy.map(\.meanY)),
      Column(.double, values: comoments.lazy.map(\.products)),
      Column(.double, values: comoments.lazy.map(\.squaresX)),
      Column(.double, values: comoments.lazy.map(\.squaresY)),
    ]
  }

  func reset() {
    comoments.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] {
    [Column(.double, nullable: comoments.lazy.map { self.result($0) })]
  }

  private func result(_ pairs: Comoments) -> Double? {
    if pairs.count == 0 { return nil }
    if aggregate.function == .covariancePopulation { return pairs.products / pairs.count }
    if pairs.count == 1 { return nil }
    if aggregate.function == .covarianceSample { return pairs.products / (pairs.count - 1) }
    if pairs.squaresX == 0 || pairs.squaresY == 0 { return nil }
    // The root of each: their product may leave what a double holds.
    return pairs.products / (pairs.squaresX.squareRoot() * pairs.squaresY.squareRoot())
  }
}
