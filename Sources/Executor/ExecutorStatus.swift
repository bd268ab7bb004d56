import Wire

extension BlockStore {
  /// What an executor with these blocks uses, for people who look at the cluster. Of what Python functions take nothing
  /// is known here.
  package func status(fetchedByteCount: Int) -> Roost_ExecutorStatus {
    let account = memory.account
    let process = ProcessUsage.current
    return .with {
      $0.memoryUsed = Int64(account.usedByteCount)
      $0.blockBytes = Int64(account.blocks)
      $0.blocks = UInt32(clamping: entryCount)
      $0.diskBytes = Int64(folder.usage.byteCount)
      $0.spilledBytes = Int64(folder.usage.writtenByteCount)
      $0.sentBytes = Int64(sentByteCount)
      $0.fetchedBytes = Int64(fetchedByteCount)
      $0.residentBytes = process.residentBytes
      $0.processorMicroseconds = process.processorMicroseconds
    }
  }
}
