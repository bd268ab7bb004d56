/// A window whose elements are the frames of a connection as they come.
package typealias FrameWindow = ReceiveWindow<Frame>

extension FrameWindow {
  /// The receiver of a connection whose frames this window takes; `onFrame` is told of each on the event loop.
  package func receiver(
    of connection: Connection, onFrame: @escaping @Sendable () -> Void = {}
  ) -> FrameReceiver {
    attach(to: connection)
    return FrameReceiver(
      onFrame: { [self] frame in
        push(frame, byteCount: frame.payload.readableBytes)
        onFrame()
      },
      onClose: { [self] in close() })
  }
}
