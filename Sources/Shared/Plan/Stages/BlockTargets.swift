/// The partitions of an exchange that a map task has rows for, so that the others need not ask for them.
package struct BlockTargets: Hashable, Sendable {
  /// All partitions, or it is not known which.
  package static let all = BlockTargets(bits: [])

  /// A bit for each partition, the lowest of the first byte for partition 0; empty for all partitions.
  package let bits: [UInt8]

  package init(bits: [UInt8]) { self.bits = bits }

  package init(_ targets: some Collection<Int>, of partitionCount: Int) {
    var bits: [UInt8] = []
    if targets.count < partitionCount {
      bits = Array(repeating: 0, count: (partitionCount + 7) / 8)
      for target in targets { bits[target / 8] |= 1 << UInt8(target % 8) }
    }
    self.bits = bits
  }

  /// True for what lies beyond the bits: to ask in vain costs time, not to ask would cost rows.
  package func contains(_ partition: Int) -> Bool {
    let byte = partition / 8
    return byte >= bits.count || bits[byte] & (1 << UInt8(partition % 8)) != 0
  }
}
