import Executor
import NIOCore
import Wire

extension FrameFuzz {
  func seeds() throws -> [[UInt8]] {
    let executor = Roost_Hello.from(.executor)
    var refusal = executor
    refusal.refusal = "no"
    var nonce = executor
    nonce.nonce = .init(repeating: 1, count: 32)
    var proof = executor
    proof.proof = .init(repeating: 2, count: 32)
    var seeds = [encoded([executor]), encoded([refusal]), encoded([nonce, proof])]
    for batch in try BatchFuzz().seeds() {
      let messages: [Roost_DataMessage] = [
        .with { $0.blockHeader.batchCount = 1 },
        .with { $0.batchHeader.byteCount = UInt64(batch.count) },
      ]
      let checksum = batch.withUnsafeBytes { BlockChecksum($0) }
      let trailer = Roost_DataMessage.with { $0.batchTrailer.checksum = checksum.value | 1 }
      seeds.append(
        messages.flatMap { frame(1, payload(of: $0)) } + frame(2, batch)
          + frame(1, payload(of: trailer)))
    }
    return seeds.map { [3] + $0 }
  }

  private func encoded(_ hellos: [Roost_Hello]) -> [UInt8] {
    hellos.flatMap { hello in
      Connection.frame(hello).map { frame(1, Self.payload(of: $0)) } ?? []
    }
  }

  private func payload(of message: Roost_DataMessage) -> [UInt8] {
    Connection.frame(message).map(Self.payload) ?? []
  }

  private static func payload(of frame: Frame) -> [UInt8] {
    switch frame {
    case .message(let payload), .data(let payload): Array(payload.readableBytesView)
    }
  }

  private func frame(_ kind: UInt8, _ payload: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(payload.count + 1).bigEndian, Array.init) + [kind] + payload
  }
}
