import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing
import Wire

@Suite struct FrameTests {
  /// Frames as they go over a socket.
  private func encoded(_ frames: [Frame]) -> [UInt8] {
    frames.flatMap { frame -> [UInt8] in
      let (kind, payload): (UInt8, ByteBuffer) =
        switch frame {
        case .message(let payload): (1, payload)
        case .data(let payload): (2, payload)
        }
      let length = UInt32(payload.readableBytes + 1)
      return withUnsafeBytes(of: length.bigEndian, Array.init) + [kind] + payload.readableBytesView
    }
  }

  private func channel(limit: Int = 1 << 20) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(
      ByteToMessageHandler(FrameDecoder(limit: limit)))
    return channel
  }

  /// What arrives, as text: messages in brackets, the bytes of data as they are.
  private func arrivals(_ channel: EmbeddedChannel) throws -> String {
    var text = ""
    while let frame = try channel.readInbound(as: Frame.self) {
      switch frame {
      case .message(let payload): text += "[\(String(buffer: payload))]"
      case .data(let payload): text += String(buffer: payload)
      }
    }
    return text
  }

  private let frames: [Frame] = [
    .message(ByteBuffer(string: "one")), .data(ByteBuffer(string: "abc")),
    .data(ByteBuffer(string: "defgh")), .message(ByteBuffer()), .message(ByteBuffer(string: "two")),
    .data(ByteBuffer(string: "i")),
  ]
  private let expected = "[one]abcdefgh[][two]i"

  /// What arrives when the bytes come in pieces that end at `cuts`.
  private func arrivals(of bytes: [UInt8], cutAt cuts: some Sequence<Int>) throws -> String {
    let channel = try channel()
    var start = 0
    for cut in cuts {
      try channel.writeInbound(ByteBuffer(bytes: bytes[start..<cut]))
      start = cut
    }
    try channel.writeInbound(ByteBuffer(bytes: bytes[start...]))
    return try arrivals(channel)
  }

  @Test func everyCutOfTheBytesGivesTheSame() throws {
    let bytes = encoded(frames)
    for first in bytes.indices {
      for second in first..<bytes.count {
        #expect(try arrivals(of: bytes, cutAt: [first, second]) == expected)
      }
    }
    #expect(try arrivals(of: bytes, cutAt: bytes.indices) == expected)
  }

  @Test func dataIsHandedOnBeforeItsFrameIsComplete() throws {
    let channel = try channel()
    try channel.writeInbound(ByteBuffer(bytes: encoded([frames[2]]).prefix(7)))
    #expect(try arrivals(channel) == "de")
  }

  @Test func whatNoFrameIsClosesTheStream() throws {
    for (bytes, error) in [
      ([0, 0, 0, 0, 1], ProtocolError.frameTooLong(length: 0, limit: 100)),
      ([0, 0, 0, 101, 2, 7], .frameTooLong(length: 101, limit: 100)),
      ([255, 255, 255, 255], .frameTooLong(length: Int(UInt32.max), limit: 100)),
      // Known before the rest of it is there.
      ([0, 0, 0, 100, 3], .unknownFrameKind(3)),
    ] as [([UInt8], ProtocolError)] {
      let channel = try channel(limit: 100)
      #expect(throws: error) { try channel.writeInbound(ByteBuffer(bytes: bytes)) }
    }
  }

  /// A connection whose other side hands its frames to `receiver`.
  private func connection(
    receiver: @escaping @Sendable (Connection) -> FrameReceiver
  ) throws -> (Listener, Connection) {
    let group = MultiThreadedEventLoopGroup.singleton
    let listener = try Listener(
      on: HostPort(host: "127.0.0.1", port: 0), as: .from(.executor), expecting: [.executor],
      security: .unprotected,
      group: group, accept: receiver)
    let connection = try connect(
      to: listener.address, as: .from(.executor), expecting: [.executor],
      security: .unprotected, group: group
    ) { _ in FrameReceiver(onFrame: { _ in }, onClose: {}) }
    return (listener, connection)
  }

  @Test func bytesOfManyPiecesArriveInOrderBetweenMessages() throws {
    let window = FrameWindow(window: 1 << 16)
    let (listener, connection) = try connection {
      $0.readInLargeSteps()
      return window.receiver(of: $0)
    }
    defer { listener.close() }
    let sizes = [1, 0, 5_000_000, 524_288, 524_289, 70_000]
    startThread(named: "sender") {
      let room = DispatchSemaphore(value: 0)
      let sender = PieceSender(on: connection) { room.signal() }
      for size in sizes {
        connection.enqueue(Roost_ControlMessage.with { $0.submitJob.text = "\(size)" })
        for offset in stride(from: 0, to: size, by: PieceSender.pieceByteCount) {
          while !sender.hasRoom { room.wait() }
          let count = min(PieceSender.pieceByteCount, size - offset)
          sender.send(byteCount: count) { piece in
            for index in piece.indices { piece[index] = UInt8(truncatingIfNeeded: offset + index) }
          }
        }
      }
      connection.send(Roost_ControlMessage.with { $0.submitJob.text = "end" })
    }
    for size in sizes {
      let message = try Roost_ControlMessage(frame: window.pop(until: deadline))
      #expect(message.submitJob.text == "\(size)")
      var count = 0
      while count < size {
        guard case .data(let piece) = try window.pop(until: deadline) else { break }
        #expect(piece.getInteger(at: piece.readerIndex) == UInt8(truncatingIfNeeded: count))
        count += piece.readableBytes
        #expect(
          piece.getInteger(at: piece.writerIndex - 1) == UInt8(truncatingIfNeeded: count - 1))
      }
      #expect(count == size)
    }
    let last = try Roost_ControlMessage(frame: window.pop(until: deadline))
    #expect(last.submitJob.text == "end")
    connection.close()
  }

  @Test func whatThePeerWouldNotTakeIsNotSent() throws {
    let window = FrameWindow(window: 1 << 20)
    let (listener, connection) = try connection { window.receiver(of: $0) }
    defer { listener.close() }
    let result = connection.send(
      Roost_ShownRows.with { $0.batches = Data(count: frameLimit) })
    guard case .failure(.messageTooLong(let byteCount, frameLimit)) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(byteCount > frameLimit)
    // The connection lives.
    connection.send(Roost_ControlMessage.with { $0.submitJob.text = "end" })
    let frame = try window.pop(until: Date(timeIntervalSinceNow: 20))
    #expect(try Roost_ControlMessage(frame: frame).submitJob.text == "end")
    connection.close()
  }

  @Test func aPeerThatReadsNothingIsSentNoMoreThanAFewPieces() throws {
    let (listener, connection) = try connection { peer in
      peer.updateReading { false }
      return FrameReceiver(onFrame: { _ in }, onClose: {})
    }
    defer { listener.close() }
    let taken = DispatchSemaphore(value: 0)
    let sender = PieceSender(on: connection) { taken.signal() }
    var sentCount = 0
    // What the sockets of both sides hold is bounded too.
    while sentCount < 1000 {
      if sender.hasRoom {
        sender.send(byteCount: PieceSender.pieceByteCount) { $0[0] = 1 }
        sentCount += 1
      } else if taken.wait(timeout: .now() + 0.5) == .timedOut {
        break
      }
    }
    #expect(sentCount < 100)
    connection.close()
  }

  @Test func readingEndsAsItWasLastWanted() throws {
    let window = FrameWindow(window: 1)
    let (listener, connection) = try connection { window.receiver(of: $0) }
    defer { listener.close() }
    // Each frame fills the window, so that reading stops; each pop from here lets it go on.
    for number in 0..<2000 {
      connection.send(Roost_ControlMessage.with { $0.submitJob.text = "\(number)" })
    }
    for number in 0..<2000 {
      let message = try Roost_ControlMessage(frame: window.pop(until: deadline))
      #expect(message.submitJob.text == "\(number)")
    }
    connection.close()
  }

  private var deadline: Date { Date(timeIntervalSinceNow: 20) }
}
