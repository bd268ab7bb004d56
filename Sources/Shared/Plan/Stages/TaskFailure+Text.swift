extension TaskFailure {
  /// For people.
  package var text: String {
    switch self {
    case .blocksLost(let lost):
      "could not read blocks of exchange \(lost.exchange) from \(lost.holder): \(lost.reason)"
    case .cachedPartitionLost(let name, let partition, let holder):
      "partition \(partition) of the cached table '\(name)' is not "
        + (holder.map { "with \($0) any more" } ?? "there any more")
    case .wrongData(let message), .executorTrouble(let message), .unexpected(let message): message
    case .memoryShort(let shortage): "\(shortage)"
    case .cancelled: "cancelled"
    }
  }
}
