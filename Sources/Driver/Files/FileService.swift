import DequeModule
import Logging
import NIOCore
import Plan
import Wire

/// Takes files from clients and gives them to executors. Each connection has a thread as long as it lasts: they copy, and
/// wait for disks and sockets. Safe to use from any thread.
final class FileService: Sendable {
  /// Connections that are served at a time; others wait for their turn.
  private static let threadCount = 64
  /// Bytes of a connection's frames that may wait.
  private static let window = 4 << 20
  /// How long a peer may send nothing.
  private static let patienceSeconds = 60

  private struct Conversation: Sendable {
    let connection: Connection
    let frames: FrameWindow
    let first: Roost_ControlMessage
  }

  private struct State {
    var waiting: Deque<Conversation> = []
    var threadCount = 0
  }

  private let store: FileStore
  private let log: Logger
  private let state = Locked(State())

  init(_ store: FileStore, log: Logger) {
    self.store = store
    self.log = log
  }

  /// Answers what is asked on a connection from now on, beginning with `first`. `frames` takes what comes on it.
  func serve(
    _ connection: Connection, _ frames: FrameWindow, first: Roost_ControlMessage
  ) {
    frames.resize(to: Self.window)
    let needsThread = state.withLock { state in
      state.waiting.append(Conversation(connection: connection, frames: frames, first: first))
      guard state.threadCount < Self.threadCount else { return false }
      state.threadCount += 1
      return true
    }
    guard needsThread else { return }
    startThread(named: "files") { [self] in
      while let next = next() { serve(next) }
    }
  }

  private func next() -> Conversation? {
    state.withLock { state in
      if let next = state.waiting.popFirst() { return next }
      state.threadCount -= 1
      return nil
    }
  }

  private func serve(_ conversation: Conversation) {
    let (connection, frames) = (conversation.connection, conversation.frames)
    let sender = FileSender(on: connection, receivingInto: frames)
    var message = conversation.first
    do {
      while true {
        switch message.content {
        case .storeFiles(let request): try store(request, connection, frames)
        case .fetchFiles(let request): try send(request, connection, sender)
        default: throw ProtocolError.malformedMessage("not a message about files")
        }
        message = try Roost_ControlMessage(
          frame: frames.next(withinSeconds: Self.patienceSeconds))
      }
    } catch FileTransferError.connectionClosed {
    } catch FileTransferError.silent {
      // Whoever is done hangs up; one that does not costs a thread.
    } catch {
      log.error("files, \(connection.remoteAddress): \(error)")
    }
    connection.close()
  }

  /// The answer comes when all of them are there, or one of them could not be taken: the rest is read and dropped then, so
  /// that the sender reads the answer before the connection ends.
  private func store(
    _ request: Roost_StoreFiles, _ connection: Connection, _ frames: FrameWindow
  ) throws {
    let files = try [ShippedFile](wire: request.files)
    store.removeUnneeded()
    do {
      for file in files {
        let incoming = try store.receive(file)
        while !incoming.isComplete { try incoming.append(frames.nextData()) }
        try store.keep(incoming, file)
      }
      try store.admit(files)
    } catch let error where !isOfConnection(error) {
      log.error("a file of a job: \(error)")
      connection.send(Roost_ControlMessage.with { $0.filesStored.failure = "\(error)" })
      while true { _ = try frames.nextData() }
    }
    connection.send(Roost_ControlMessage.with { $0.filesStored = Roost_FilesStored() })
  }

  private func send(
    _ request: Roost_FetchFiles, _ connection: Connection, _ sender: FileSender
  ) throws {
    guard request.digests.count <= ShippedFileLimits.count else {
      throw ProtocolError.malformedMessage("a request for \(request.digests.count) files")
    }
    for digest in request.digests {
      let file = store.find(digest)
      connection.send(
        Roost_ControlMessage.with {
          $0.fileHeader.isMissing = file == nil
          $0.fileHeader.byteCount = file?.byteCount ?? 0
        })
      if let file { try sender.send(file.path, digest: digest, byteCount: file.byteCount) }
    }
  }
}

extension FrameWindow {
  fileprivate func nextData() throws -> ByteBuffer {
    guard case .data(let piece) = try next(withinSeconds: 60) else {
      throw ProtocolError.malformedMessage("a message where bytes of a file were expected")
    }
    return piece
  }
}

/// Whether nobody hears an answer.
private func isOfConnection(_ error: any Error) -> Bool {
  switch error {
  case FileTransferError.connectionClosed, FileTransferError.silent, is ProtocolError: true
  default: false
  }
}
