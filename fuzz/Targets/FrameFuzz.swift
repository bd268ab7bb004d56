import Executor
import Foundation
import NIOCore
import NIOEmbedded
import Wire

/// Bytes from a socket, cut anywhere: frames, hellos and the messages of data connections.
struct FrameFuzz: FuzzTarget {
  let name = "frames"

  /// The first byte says how the rest is cut.
  func run(_ input: [UInt8]) {
    var source = ByteSource(input)
    let step = Int(source.byte())
    let bytes = Array(source.rest)
    let whole = frames(of: bytes, cutAfter: bytes.count)
    let cut = frames(of: bytes, cutAfter: 1 + step)
    precondition(whole == cut, "where the bytes are cut changes what arrives")
    hearHellos(whole)
    assembleBlocks(whole)
  }

  private enum Arrival: Equatable {
    case message(ByteBuffer)
    case data(ByteBuffer)

    var frame: Frame {
      switch self {
      case .message(let payload): .message(payload)
      case .data(let payload): .data(payload)
      }
    }
  }

  /// The frames up to the first error, data that arrives together put together.
  private func frames(of bytes: [UInt8], cutAfter step: Int) -> [Arrival] {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish() }
    var arrivals: [Arrival] = []
    do {
      try channel.pipeline.syncOperations.addHandler(
        ByteToMessageHandler(FrameDecoder(limit: 1 << 16)))
      for start in stride(from: 0, to: bytes.count, by: max(1, step)) {
        let end = min(start + max(1, step), bytes.count)
        // The decoder's error is thrown after the frames before it were handed on.
        defer { take(from: channel, &arrivals) }
        try channel.writeInbound(ByteBuffer(bytes: bytes[start..<end]))
      }
    } catch {}
    return arrivals
  }

  private func take(from channel: EmbeddedChannel, _ arrivals: inout [Arrival]) {
    while let frame = try? channel.readInbound(as: Frame.self) {
      switch (frame, arrivals.last) {
      case (.message(let payload), _): arrivals.append(.message(payload))
      case (.data(var payload), .data(var earlier)?):
        earlier.writeBuffer(&payload)
        arrivals[arrivals.count - 1] = .data(earlier)
      case (.data(let payload), _): arrivals.append(.data(payload))
      }
    }
  }

  private static let secret = try? SharedSecret(
    text: "0123456789abcdef0123456789abcdef", source: "fuzz")

  private func hearHellos(_ arrivals: [Arrival]) {
    for secret in [nil, Self.secret] {
      for side in [Greeting.Side.listening, .connecting] {
        var greeting = Greeting(
          .from(.driver), side: side, expecting: [.executor, .client], secret: secret,
          nonce: Array(repeating: 7, count: 32))
        do {
          for arrival in arrivals {
            if try greeting.hear(Roost_Hello(frame: arrival.frame)).isOver {
              // Nobody knows the secret by chance.
              precondition(secret == nil, "a stranger was let in")
              break
            }
          }
        } catch {
          precondition("\(error)".utf8.count < 64 << 10, "an error that fills a log")
        }
      }
    }
  }

  private func assembleBlocks(_ arrivals: [Arrival]) {
    var assembly = BlockAssembly()
    var checksum = BlockChecksum()
    do {
      for arrival in arrivals {
        var frame = arrival.frame
        switch arrival {
        case .data(let payload): payload.withUnsafeReadableBytes { checksum.append($0) }
        case .message:
          // A wrong checksum ends the connection: to see what comes after it, some are made right.
          if let message = try? Roost_DataMessage(frame: frame),
            case .batchTrailer(let trailer)? = message.content, trailer.checksum & 1 == 1
          {
            let right = Roost_DataMessage.with { $0.batchTrailer.checksum = checksum.value }
            frame = Connection.frame(right) ?? frame
          }
          checksum = BlockChecksum()
        }
        guard case .batch(let incoming, _)? = try assembly.take(frame) else { continue }
        ReceivedBatch.read(incoming)
      }
    } catch {
      _ = "\(error)"
    }
  }
}
