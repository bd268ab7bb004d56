import ArgumentParser
import Columnar
import Executor
import Plan

/// What the blocks of a shuffle look like.
enum BlockShape: String, CaseIterable, ExpressibleByArgument {
  /// A key and five doubles in batches of 65,536 rows.
  case numbers
  /// The same in batches of 4,096 rows, as a shuffle with many partitions makes them.
  case smallBatches = "small-batches"
  /// A string in place of the key.
  case strings

  private static let blockBytes = 8 << 20

  private var rowsPerBatch: Int {
    switch self {
    case .numbers, .strings: 65_536
    case .smallBatches: 4096
    }
  }

  private static let valueCount = 5

  /// Of all batches.
  var schema: Schema {
    Schema(
      [Field("store", self == .strings ? .string : .long)]
        + (1...Self.valueCount).map { Field("x\($0)", .double) })
  }

  /// Blocks of map tasks 0, 1, 2... with at least `byteCount` bytes in all; none shares memory with another.
  func blocks(byteCount: Int) throws -> [[BlockBatch]] {
    var random = SplitMix(state: 1)
    var blocks: [[BlockBatch]] = []
    var total = 0
    while total < byteCount {
      var block: [BlockBatch] = []
      var size = 0
      while size < Self.blockBytes {
        let batch = try batch(&random)
        size += batch.byteCount
        block.append(BlockBatch(batch: batch, kind: .rows))
      }
      total += size
      blocks.append(block)
    }
    return blocks
  }

  private func batch(_ random: inout SplitMix) throws -> RecordBatch {
    let keys = (0..<rowsPerBatch).map { _ in Int64(random.next() % 100_000) }
    let key: Column =
      switch self {
      case .numbers, .smallBatches: Column(longs: keys)
      case .strings: try Column(strings: keys.map { "store-\($0)" })
      }
    let values = (1...Self.valueCount).map { index in
      let numbers: [Double?] = (0..<rowsPerBatch).map { _ in Double(random.next() >> 11) * 0x1p-53 }
      return ("x\(index)", Column(doubles: numbers))
    }
    return RecordBatch([("store", key)] + values)
  }
}

/// Numbers that look random and are the same in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
