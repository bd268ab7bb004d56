import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client sends no whole request in time, or takes nothing of what it asked for: neither holds
/// one of the few connections for long. Belongs to the event loop of its connection.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// From the opening of the connection, or the end of an answer, to the end of the next request.
  private static let request = TimeAmount.seconds(30)
  /// Without a byte taken.
  private static let taking = TimeAmount.seconds(30)

  private var requestTimer: Scheduled<Void>?
  private var takingTimer: Scheduled<Void>?
  private var untaken = 0

  func handlerAdded(context: ChannelHandlerContext) {
    requestTimer = closing(context, after: Self.request)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    requestTimer?.cancel()
    takingTimer?.cancel()
  }

  func channelInactive(context: ChannelHandlerContext) {
    requestTimer?.cancel()
    takingTimer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) {
      requestTimer?.cancel()
      requestTimer = nil
    }
    context.fireChannelRead(data)
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    let promise = promise ?? context.eventLoop.makePromise()
    untaken += 1
    if takingTimer == nil { takingTimer = closing(context, after: Self.taking) }
    let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
    let own = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    promise.futureResult.whenComplete { _ in
      let (handler, context) = own.value
      handler.taken(context, isEnd: isEnd)
    }
    context.write(data, promise: promise)
  }

  private func taken(_ context: ChannelHandlerContext, isEnd: Bool) {
    untaken -= 1
    takingTimer?.cancel()
    takingTimer = untaken > 0 ? closing(context, after: Self.taking) : nil
    if isEnd, context.channel.isActive {
      requestTimer?.cancel()
      requestTimer = closing(context, after: Self.request)
    }
  }

  private func closing(
    _ context: ChannelHandlerContext, after time: TimeAmount
  ) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}
