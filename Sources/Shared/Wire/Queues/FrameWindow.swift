/// A window whose elements are the frames of a connection as they come.
package typealias FrameWindow = ReceiveWindow<Frame>

extension FrameWindow {
  /// The receiver of a connection whose frames this window takes.
  package func receiver(of connection: Connection) -> FrameReceiver {
    attach(to: connection)
    return FrameReceiver(
      onFrame: { [self] frame in push(frame, byteCount: frame.payload.readableBytes) },
      onClose: { [self] in close() })
  }
}
