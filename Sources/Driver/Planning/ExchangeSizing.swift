/// How many partitions an exchange has.
///
/// The number decides in which order rows meet and so the bits of the result: it may depend on the input's
/// bytes and on the job, never on executors, slots, memory or time.
package struct ExchangeSizing: Hashable, Sendable {
  /// Training costs far more CPU time a byte than reading does: partitions smaller than the splits of
  /// a scan let a middling input keep a few dozen slots busy.
  package var bytesPerPartition = 16 << 20
  /// Past so many, partitions grow to twice these bytes before there are more of them: each is a task, a file and a
  /// block of every producer (20 million rows of a million groups take 1.13 s in 28 partitions, 1.30 in 55).
  package var partitionsBeforeGrowth = 32
  /// Partial results are merged at some hundred megabytes a second: a task of so many takes tens of milliseconds.
  package var partialBytesPerPartition = 8.0 * 1024 * 1024
  /// Each task of a producer writes a block for each partition: past this the blocks get too many and too
  /// small. A job that wants more says `partitions:`.
  package var defaultLimit = 256
  /// What `partitions:` may ask for.
  package var explicitLimit = 65_536

  package init() {}

  /// For about so many bytes of partial results: few groups need few partitions, whatever their input is. (10 million
  /// rows of 100 groups: 88 ms in 1 partition, 110 in 23.)
  package func partitionCount(partialBytes: Double) -> Int {
    Int(min(max((partialBytes / partialBytesPerPartition).rounded(.up), 1), Double(defaultLimit)))
  }

  /// `byteCount` is of the input files: how much of it a filter keeps is only known too late.
  package func partitionCount(byteCount: Int64) -> Int {
    let byteCount = max(byteCount, 0)
    let least = Int64(bytesPerPartition)
    let size = min(max(byteCount / Int64(partitionsBeforeGrowth), least), 2 * least)
    let (quotient, remainder) = byteCount.quotientAndRemainder(dividingBy: size)
    return Int(min(max(quotient + (remainder > 0 ? 1 : 0), 1), Int64(defaultLimit)))
  }
}
