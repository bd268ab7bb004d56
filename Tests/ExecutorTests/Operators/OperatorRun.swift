import Columnar
import Executor
import Foundation
import Plan

/// An operator that has all the memory that it wants; with `runByteCount` a sort goes to disk beyond that.
func makeOperator(
  _ operation: Plan.Operator, partition: Int, runByteCount: Int = .max,
  check: @escaping () throws -> Void = {}
) throws -> any BatchOperator {
  let folder = SpillFolder(
    in: FileManager.default.temporaryDirectory, host: "test", name: UUID().uuidString)
  return try makeOperator(
    operation,
    context: OperatorContext(
      partition: partition, runs: SortedRunSpace(folder: folder, byteCount: runByteCount),
      check: check, log: TaskLog { _ in }))
}

/// What came out of an operator, as rows of scalars.
struct OperatorRun {
  var batches: [(batch: RecordBatch, kind: BatchKind)] = []

  init() {}

  /// Feeds all batches and finishes.
  init(_ operation: any BatchOperator, _ input: [(RecordBatch, BatchKind)]) throws {
    for (batch, kind) in input where !operation.isSatisfied {
      try operation.process(batch, kind) { batches.append(($0, $1)) }
    }
    try operation.finish { batches.append(($0, $1)) }
  }

  init(_ operation: any BatchOperator, rows: [RecordBatch]) throws {
    try self.init(operation, rows.map { ($0, .rows) })
  }

  var rows: [[Scalar]] { batches.flatMap { $0.batch.rows } }
}

extension RecordBatch {
  var rows: [[Scalar]] { (0..<rowCount).map { row in columns.map { $0[row] } } }

  /// The batch cut after each `count` rows.
  func cut(every count: Int) -> [RecordBatch] {
    stride(from: 0, to: rowCount, by: count).map { slice($0..<min($0 + count, rowCount)) }
  }
}

extension Scalar {
  /// Whether a result is the expected one but for rounding; NaN is NaN.
  func isClose(to other: Scalar) -> Bool {
    switch (self, other) {
    case (.double(let one), .double(let two)):
      one == two || one.isNaN && two.isNaN || abs(one - two) <= 1e-12 * max(1, abs(one), abs(two))
    case (.list(let one), .list(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0.isClose(to: $1) }
    case (.float(let one), .float(let two)) where one.isNaN: two.isNaN
    default: self == other
    }
  }
}

/// SplitMix64, so that a failing case of random data comes again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
