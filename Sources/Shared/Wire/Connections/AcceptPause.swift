import NIOCore

/// Stops accepting for a while when the system has no descriptor or memory for another connection.
///
/// NIO keeps the socket open then, but asks for the next connection at once, again and again, also with its own
/// `AcceptBackoffHandler`: a read that failed counts as one that is still wanted. Those that exist go on meanwhile.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let pause = TimeAmount.milliseconds(200)

  private var isPaused = false

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Others are those of one connection, which is closed.
    guard error is IOError, !isPaused else { return }
    isPaused = true
    setAccepting(false, context)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Self.pause) {
      let (handler, context) = bound.value
      handler.isPaused = false
      handler.setAccepting(true, context)
    }
  }

  private func setAccepting(_ isAccepting: Bool, _ context: ChannelHandlerContext) {
    // It fails when the listener is closed, and then there is nothing to accept.
    context.channel.setOption(.autoRead, value: isAccepting).whenFailure { _ in }
  }
}
