/// A window whose elements are the frames of a connection as they come.
package typealias FrameWindow = ReceiveWindow<Frame>

extension FrameWindow {
  /// What a frame takes in memory beside its bytes: those without any count, too.
  private static let frameOverhead = 64

  /// The receiver of a connection whose frames this window takes; `onFrame` is told of each on the event loop.
  package func receiver(
    of connection: Connection, onFrame: @escaping @Sendable () -> Void = {}
  ) -> FrameReceiver {
    attach(to: connection)
    return FrameReceiver(
      onFrame: { [self] frame in
        push(frame, byteCount: frame.payload.readableBytes + Self.frameOverhead)
        onFrame()
      },
      onClose: { [self] in close() })
  }
}
