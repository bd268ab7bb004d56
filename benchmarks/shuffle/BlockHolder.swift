import ArgumentParser
import Executor
import Foundation
import NIOPosix
import Plan
import Wire

/// The other executor of `ShuffleBenchmark`: it holds blocks, says where on its standard output and serves them until its
/// standard input ends.
struct BlockHolder: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", shouldDisplay: false)

  @Argument var shape: BlockShape
  @Argument var byteCount: Int
  /// Of the certificates; plain TCP without it.
  @Argument var folder: String?

  static func key(ofBlock index: Int) -> BlockKey {
    BlockKey(job: JobID(1), exchange: 0, producer: 0, partition: index, epoch: 1)
  }

  func run() throws {
    let store = BlockStore(
      memory: MemoryBudget(limit: .max, slots: 1),
      folder: SpillFolder(
        in: FileManager.default.temporaryDirectory, host: "benchmark",
        name: "blocks-\(ProcessInfo.processInfo.processIdentifier)"))
    var total = 0
    let blocks = try shape.blocks(byteCount: byteCount)
    for (index, batches) in blocks.enumerated() {
      total += batches.reduce(0) { $0 + $1.batch.byteCount }
      let writer = BlockWriter(to: store)
      try writer.append(batches.map { BlockPart(target: 0, batch: $0) })
      writer.complete(as: .block(Self.key(ofBlock: index)))
    }
    let service = try BlockService(
      of: ExecutorID("holder"), on: HostPort(host: "127.0.0.1", port: 0), store: store,
      compression: .none,
      security: try BenchmarkCertificates.security(of: folder),
      group: MultiThreadedEventLoopGroup.singleton)
    FileHandle.standardOutput.write(Data("\(service.address) \(blocks.count) \(total)\n".utf8))
    while readLine() != nil {}
    service.close()
    store.close()
  }
}
