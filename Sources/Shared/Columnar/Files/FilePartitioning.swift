/// A stretch of a file on the way into partitions.
struct FilePiece: Hashable {
  enum Cut: Hashable {
    /// Text, which may be cut at any byte.
    case anywhere
    /// The whole file, never cut.
    case whole
    /// A row group or record batch, never cut.
    case part(Int)
  }

  var file: FileIdentity
  var byteCount: Int64
  var cut: Cut
}

extension FilePiece.Cut {
  /// About this many bytes of files a partition, for a table of `total` bytes: large enough to pay for a task and
  /// to meet most groups more than once, small enough that a host of many slots has work for all of them and that
  /// a task that has to run again is no great loss. Text takes several times the work a byte, so that little of
  /// it is cut finer; much of it is not, since what tasks send combined (a row for each of their groups) grows
  /// with their number.
  fileprivate func targetByteCount(ofTotal total: Int64) -> Int64 {
    switch self {
    case .anywhere, .whole: min(max(8 << 20, total / 16), 64 << 20)
    case .part: 32 << 20
    }
  }
}

/// More tasks than this cost the driver more than they give.
private let largestPartitionCount = 100_000

/// Cuts pieces, laid behind each other, into partitions of equal bytes; a piece that is not cut goes where its
/// middle lies. A function of its arguments alone: executors, slots and memory must not change it.
///
/// `count` is the largest number of partitions, nil for as many as make about 32 MiB of row groups or 8 to 64 MiB
/// of text each. At least one partition, and none without a split but that one.
func partition(_ pieces: [FilePiece], count: Int?) -> [[FileSplit]] {
  let total = pieces.reduce(0) { $0 + max(0, $1.byteCount) }
  let target = pieces.first?.cut.targetByteCount(ofTotal: total) ?? 1
  let wanted = count ?? Int((total + target - 1) / target)
  // More partitions than bytes would be empty ones.
  let layout = EqualParts(
    total: total, count: max(1, min(Int64(max(1, min(wanted, largestPartitionCount))), total)))
  // Cutting a small file costs more than partitions that differ a little.
  let smallest = total / layout.count / 4

  var partitions: [[FileSplit]] = []
  var last: Int64 = -1
  // Pieces come in order, so partitions do.
  func withPartition(_ index: Int64, _ body: (inout [FileSplit]) -> Void) {
    if index > last {
      partitions.append([])
      last = index
    }
    body(&partitions[partitions.count - 1])
  }

  var position: Int64 = 0
  for piece in pieces {
    let byteCount = max(0, piece.byteCount)
    let home = layout.part(at: position + byteCount / 2)
    switch piece.cut {
    case .part(let index):
      withPartition(home) { $0.append(part: index, of: piece.file) }
    case .whole:
      withPartition(home) { $0.append(FileSplit(file: piece.file, part: .whole)) }
    case .anywhere where byteCount == 0: break
    case .anywhere where byteCount <= smallest:
      withPartition(home) {
        $0.append(FileSplit(file: piece.file, part: .bytes(0..<byteCount)))
      }
    case .anywhere:
      var from: Int64 = 0
      while from < byteCount {
        let index = layout.part(at: position + from)
        let end = min(byteCount, layout.end(of: index) - position)
        withPartition(index) {
          $0.append(FileSplit(file: piece.file, part: .bytes(from..<end)))
        }
        from = end
      }
    }
    position += byteCount
  }
  return partitions.isEmpty ? [[]] : partitions
}

/// The numbers 0..<total in `count` parts whose sizes differ by one at most: the first ones are larger.
private struct EqualParts {
  let total: Int64
  let count: Int64

  private var size: Int64 { total / count }
  private var largerCount: Int64 { total % count }

  func end(of part: Int64) -> Int64 { size * (part + 1) + min(part + 1, largerCount) }

  /// The part of a position; the last one for what lies behind all.
  func part(at position: Int64) -> Int64 {
    let inLarger = largerCount * (size + 1)
    if position < inLarger { return position / (size + 1) }
    return size == 0 ? count - 1 : min(count - 1, largerCount + (position - inLarger) / size)
  }
}

extension [FileSplit] {
  /// Row groups side by side are one split.
  fileprivate mutating func append(part index: Int, of file: FileIdentity) {
    if let last, last.file == file, case .rowGroups(let range) = last.part,
      range.upperBound == index
    {
      self[count - 1].part = .rowGroups(range.lowerBound..<index + 1)
    } else {
      append(FileSplit(file: file, part: .rowGroups(index..<index + 1)))
    }
  }
}
