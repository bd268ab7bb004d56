import Prefetch

extension TrainingStatistics {
  /// Asks for the block of a row some rows after `row`, so that it is in the cache when its turn comes.
  ///
  /// Sixteen rows are about what a core has to wait for its memory; 4 and 8 gave less, 32 no more.
  @inline(__always)
  func prefetchBlock(
    after row: Int, of rowCount: Int, _ blocks: UnsafePointer<Int32>,
    _ base: UnsafeMutablePointer<Double>, _ stride: Int
  ) {
    let later = row &+ 16
    guard later < rowCount, blocks[later] >= 0 else { return }
    let block = UnsafeRawPointer(base + Int(blocks[later]) &* stride)
    var offset = 0
    while offset < width &* MemoryLayout<Double>.stride {
      roost_prefetch(block + offset)
      offset &+= 64
    }
  }
}
