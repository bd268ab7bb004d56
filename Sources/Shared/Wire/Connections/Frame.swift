import NIOCore

/// What travels on a connection: four bytes of length (big-endian, of what follows), one byte of kind, the payload.
package enum Frame: Sendable {
  /// A protobuf message.
  case message(ByteBuffer)
  /// Bytes of a block. Where they are cut says nothing: what was sent as one frame may arrive as several.
  case data(ByteBuffer)

  var kind: UInt8 {
    switch self {
    case .message: 1
    case .data: 2
    }
  }

  var payload: ByteBuffer {
    switch self {
    case .message(let buffer), .data(let buffer): buffer
    }
  }
}

/// Cuts bytes into frames. A message is handed on when all of it is there, its length checked before memory is taken for
/// it; data is handed on as it arrives, so that it is collected nowhere on its way.
package final class FrameDecoder: ByteToMessageDecoder {
  package typealias InboundOut = Frame

  /// Bytes of a frame after its length; small until the peer has said hello.
  var limit: Int
  /// Bytes of the present data frame that are still to come.
  private var missingDataBytes = 0

  package init(limit: Int) { self.limit = limit }

  package func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws
    -> DecodingState
  {
    if missingDataBytes > 0 {
      guard let piece = buffer.readSlice(length: min(missingDataBytes, buffer.readableBytes)),
        piece.readableBytes > 0
      else { return .needMoreData }
      missingDataBytes -= piece.readableBytes
      context.fireChannelRead(wrapInboundOut(.data(piece)))
      return .continue
    }
    let start = buffer.readerIndex
    guard let length = buffer.getInteger(at: start, as: UInt32.self).map({ Int($0) })
    else { return .needMoreData }
    guard length >= 1, length <= limit else {
      throw ProtocolError.frameTooLong(length: length, limit: limit)
    }
    switch buffer.getInteger(at: start + 4, as: UInt8.self) {
    case nil: return .needMoreData
    case 1:
      guard buffer.readableBytes >= 4 + length else { return .needMoreData }
      buffer.moveReaderIndex(forwardBy: 5)
      let payload = buffer.readSlice(length: length - 1)!
      context.fireChannelRead(wrapInboundOut(.message(payload)))
    case 2:
      buffer.moveReaderIndex(forwardBy: 5)
      missingDataBytes = length - 1
    case let kind?: throw ProtocolError.unknownFrameKind(kind)
    }
    return .continue
  }
}

/// Puts length and kind before each payload, which is not copied.
final class FrameEncoder: ChannelOutboundHandler {
  typealias OutboundIn = Frame
  typealias OutboundOut = ByteBuffer

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let frame = unwrapOutboundIn(data)
    let payload = frame.payload
    var header = context.channel.allocator.buffer(capacity: 5)
    header.writeInteger(UInt32(payload.readableBytes + 1))
    header.writeInteger(frame.kind)
    context.write(wrapOutboundOut(header), promise: nil)
    context.write(wrapOutboundOut(payload), promise: promise)
  }
}
