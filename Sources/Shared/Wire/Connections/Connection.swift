import NIOCore
import SwiftProtobuf

/// One side of a connection on which both have said hello. May be used from any thread; what one thread sends
/// arrives in its order.
package final class Connection: Sendable {
  package let peer: Roost_Hello
  package let remoteAddress: String
  let channel: any Channel

  init(channel: any Channel, peer: Roost_Hello) {
    self.channel = channel
    self.peer = peer
    remoteAddress = channel.remoteAddress?.description ?? "unknown address"
  }

  /// Sends a message and does not wait. On a closed connection it goes nowhere: `onClose` tells of that. One that the other
  /// side would not take is not sent, and the result is `messageTooLong`; who sends what grows with a job looks at it.
  @discardableResult
  package func send(_ message: some Message) -> Result<Void, ProtocolError> {
    guard let frame = Self.frame(message, allocator: channel.allocator) else {
      return .success(())
    }
    // With the byte of the kind.
    let length = frame.payload.readableBytes + 1
    guard length <= frameLimit else {
      return .failure(.messageTooLong(byteCount: length, limit: frameLimit))
    }
    channel.writeAndFlush(frame, promise: nil)
    return .success(())
  }

  /// Queues a message that leaves together with what is sent next.
  package func enqueue(_ message: some Message) {
    guard let frame = Self.frame(message, allocator: channel.allocator) else { return }
    channel.write(frame, promise: nil)
  }

  /// Lets what was queued leave.
  package func flush() { channel.flush() }

  /// Whether the peer takes what is sent; what it does not take waits in memory.
  package var isWritable: Bool { channel.isWritable }

  /// The address of this host that the peer sees; nil when the system does not tell.
  package var localHost: String? { channel.localAddress?.ipAddress }

  /// Closes the connection when `progress`, which is asked on the event loop, gives the same number twice in a row.
  package func closeWithoutProgress(
    for time: TimeAmount, _ progress: @escaping @Sendable () -> Int
  ) {
    let last = NIOLoopBoundBox.makeBoxSendingValue(-1, eventLoop: channel.eventLoop)
    let watch = channel.eventLoop.scheduleRepeatedTask(initialDelay: time, delay: time) { _ in
      let present = progress()
      if present == last.value { self.close() }
      last.value = present
    }
    channel.closeFuture.whenComplete { _ in watch.cancel() }
  }

  /// Closes the connection when its peer takes nothing of what waits for it for so long.
  package func closeWhenNothingIsTaken(for time: TimeAmount) {
    let state = NIOLoopBoundBox.makeBoxSendingValue(
      (advances: 0, waiting: 0), eventLoop: channel.eventLoop)
    closeWithoutProgress(for: time) { [channel] in
      let waiting = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
      if waiting == 0 || waiting < state.value.waiting { state.value.advances += 1 }
      state.value.waiting = waiting
      return state.value.advances
    }
  }

  /// Calls `body` on the event loop once the socket has taken all that this thread has sent; never when the connection
  /// closes before.
  package func whenTaken(_ body: @escaping @Sendable () -> Void) {
    channel.eventLoop.execute { [channel] in
      guard
        let encoder = try? channel.pipeline.syncOperations.context(
          handlerType: FrameEncoder.self)
      else { return }
      // Nothing, which is no frame, in its turn.
      let taken = channel.eventLoop.makePromise(of: Void.self)
      taken.futureResult.whenSuccess(body)
      encoder.writeAndFlush(NIOAny(ByteBuffer()), promise: taken)
    }
  }

  package func close() {
    channel.close(promise: nil)
  }

  /// Stops or resumes reading from the socket, so that the peer's sends come to a halt. Later, on the event loop, which asks
  /// `isReading` then: of two calls from two threads the second may come first, and both have to end in the same.
  package func updateReading(_ isReading: @escaping @Sendable () -> Bool) {
    channel.eventLoop.execute { [channel] in
      channel.setOption(.autoRead, value: isReading()).whenComplete { _ in }
    }
  }

  /// Reads from the socket in steps that suit blocks: one copy by the kernel for many packets. The memory of a step is
  /// used again for the next when its bytes were copied out meanwhile.
  package func readInLargeSteps() {
    channel.setOption(
      .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.largeStep)
    ).whenComplete { _ in }
  }

  private static let largeStep = 256 << 10

  package static func frame(
    _ message: some Message, allocator: ByteBufferAllocator = ByteBufferAllocator()
  ) -> Frame? {
    // Our messages have no required fields and no `Any`, which alone could fail to encode.
    guard let bytes: [UInt8] = try? message.serializedBytes() else { return nil }
    return .message(allocator.buffer(bytes: bytes))
  }
}

/// What happens on a connection. Called on the connection's event loop: it must not block for long.
package struct FrameReceiver: Sendable {
  package var onFrame: @Sendable (Frame) -> Void
  /// Called once.
  package var onClose: @Sendable () -> Void

  package init(
    onFrame: @escaping @Sendable (Frame) -> Void, onClose: @escaping @Sendable () -> Void
  ) {
    self.onFrame = onFrame
    self.onClose = onClose
  }
}

extension Message {
  /// Decodes the payload of a message frame.
  package init(frame: Frame) throws(ProtocolError) {
    guard case .message(let buffer) = frame else {
      throw .malformedMessage("data where a message was expected")
    }
    do {
      try self.init(serializedBytes: Array(buffer.readableBytesView))
    } catch {
      throw .malformedMessage("\(error)")
    }
  }
}
