import Plan
import Wire

extension DriverClient {
  /// Longer than a driver needs to get what it has on its disk.
  private static let storingPatienceSeconds = 120

  /// Sends the files with these digests and waits until the driver has them. Nothing else may be asked on this connection, before
  /// or after.
  func store(_ files: ShippedFiles, digests: [String]) throws(ClientError) {
    let sources = files.sources(of: digests)
    send { $0.storeFiles.files = sources.map(\.file.wire) }
    let sender = FileSender(on: connection, receivingInto: window)
    do {
      for (file, path) in sources {
        try sender.send(path, digest: file.digest, byteCount: file.byteCount) {
          // An answer before the end says that one of them cannot be taken.
          if let early = window.popIfThere() { try takeAnswer(early) }
        }
      }
      while true {
        let frame = try window.next(withinSeconds: Self.storingPatienceSeconds)
        if try takeAnswer(frame) { return }
      }
    } catch let error as ClientError {
      throw error
    } catch FileTransferError.connectionClosed {
      throw .connectionLost(address)
    } catch {
      throw .filesNotStored(address, reason: "\(error)")
    }
  }

  /// Whether it was the answer.
  @discardableResult
  private func takeAnswer(_ frame: Frame) throws -> Bool {
    switch try Roost_ControlMessage(frame: frame).content {
    case .filesStored(let answer) where answer.failure.isEmpty: return true
    case .filesStored(let answer):
      throw ClientError.filesNotStored(address, reason: answer.failure)
    case .heartbeat: return false
    default: throw ClientError.unexpectedAnswer(address)
    }
  }
}
