import ArgumentParser
import Executor
import Foundation
import NIOPosix
import Plan
import Wire

/// How fast a task reads the blocks that another executor holds: two processes, one connection over loopback TCP, the
/// code that tasks use. Bytes are those of the batches.
///
///     swift run -c release shuffle-benchmark
@main
struct ShuffleBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shuffle-benchmark",
    abstract: "Reads blocks of another process over loopback TCP.", subcommands: [BlockHolder.self])

  @Option(help: "What the blocks look like; all kinds without it.")
  var shape: BlockShape?

  @Option(help: "MiB of blocks that are read in each run.")
  var mebibytes = 256

  @Option(help: "How often they are read.")
  var runs = 9

  @Flag(help: "Over TLS, with certificates of its own.")
  var tls = false

  func run() throws {
    let certificates = tls ? try BenchmarkCertificates() : nil
    defer { certificates?.remove() }
    for shape in shape.map({ [$0] }) ?? BlockShape.allCases {
      let rates = try measure(shape, certificates).sorted()
      print(
        String(
          format: "%@: %.2f GB/s (%.2f to %.2f in %d runs)", shape.rawValue,
          rates[rates.count / 2], rates[0], rates[rates.count - 1], rates.count))
    }
  }

  /// GB/s of each run.
  private func measure(
    _ shape: BlockShape, _ certificates: BenchmarkCertificates?
  ) throws -> [Double] {
    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = Bundle.main.executableURL
    holder.arguments = ["hold", shape.rawValue, "\(mebibytes << 20)"]
    if let certificates { holder.arguments?.append(certificates.folder) }
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    defer {
      try? input.fileHandleForWriting.close()
      holder.waitUntilExit()
    }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let blocks = Int(words[1]), let bytes = Int(words[2]) else {
      throw ValidationError("the process that holds the blocks said '\(line)'")
    }
    let outputs = (0..<blocks).map { index in
      let key = BlockHolder.key(ofBlock: index)
      return MapOutput(
        producer: key.producer, partition: key.partition, epoch: key.epoch,
        holder: ExecutorID("holder"), address: String(words[0]))
    }
    let connections = BlockConnections(
      security: try BenchmarkCertificates.security(of: certificates?.folder),
      group: MultiThreadedEventLoopGroup.singleton)
    return try (0..<max(1, runs)).map { _ in
      let start = ContinuousClock.now
      try read(shape, outputs, over: connections, expecting: bytes)
      return Double(bytes) / ((ContinuousClock.now - start) / .seconds(1)) / 1e9
    }
  }

  private func read(
    _ shape: BlockShape, _ outputs: [MapOutput], over connections: BlockConnections,
    expecting byteCount: Int
  ) throws {
    let store = BlockStore(
      memory: MemoryBudget(limit: .max, slots: 1),
      folder: SpillFolder(
        in: FileManager.default.temporaryDirectory, host: "benchmark",
        name: "reader-\(ProcessInfo.processInfo.processIdentifier)"))
    let reader = ExchangeReader(
      job: JobID(1), exchange: 0, partition: 0, outputs: outputs,
      expected: ExpectedColumns(rows: shape.schema, partialResults: nil), store: store,
      executor: ExecutorID("reader"), connections: connections)
    var found = 0
    while let batches = try reader.next() {
      found += batches.reduce(0) { $0 + $1.batch.byteCount }
    }
    guard found == byteCount else {
      throw ValidationError("\(found) bytes came of \(byteCount)")
    }
  }
}
