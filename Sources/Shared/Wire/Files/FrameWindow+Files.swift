import Foundation

extension FrameWindow {
  /// The next frame, of one who has to answer or to send. Throws `connectionClosed` and `silent`.
  package func next(withinSeconds seconds: Int) throws(FileTransferError) -> Frame {
    do {
      return try pop(until: Date(timeIntervalSinceNow: TimeInterval(seconds)))
    } catch {
      switch error {
      case .connectionClosed: throw .connectionClosed
      case .noAnswer: throw .silent(seconds: seconds)
      }
    }
  }
}
