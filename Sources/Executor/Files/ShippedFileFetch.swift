import Foundation
import Glibc
import NIOCore
import OrderedCollections
import Plan
import Wire

/// Gets files of a job from the driver, over a connection of its own.
struct ShippedFileFetch: Sendable {
  /// How long the driver may send nothing.
  private static let patienceSeconds = 60.0
  private static let checkInterval = 0.5
  private static let window = 4 << 20

  let driver: HostPort
  let security: ConnectionSecurity
  let group: any EventLoopGroup
  /// Whom the folders belong to: who runs functions in them makes files there. Nil for the user of this process.
  let owner: FileOwner?

  /// Puts the files under their names into a folder that is there and empty. Blocks; `check` is called now and then.
  ///
  /// Throws `TaskFailure.wrongData` when the driver has one of them no more, `executorTrouble` for all else that goes wrong, and
  /// what `check` throws.
  func fetch(
    _ files: [ShippedFile], into folder: String, check: () throws -> Void
  ) throws {
    if files.isEmpty { return }
    let byDigest = OrderedDictionary(grouping: files, by: \.digest)
    do {
      let window = FrameWindow(window: Self.window)
      let connection = try connect(to: driver, window)
      defer { connection.close() }
      connection.send(
        Roost_ControlMessage.with { $0.fetchFiles.digests = Array(byDigest.keys) })
      for named in byDigest.values {
        try receive(named, into: folder) { () throws in
          try next(of: window, check)
        }
      }
    } catch let error as FileTransferError {
      throw trouble(error)
    } catch let error as ProtocolError {
      throw trouble(error)
    }
  }

  private func connect(to driver: HostPort, _ window: FrameWindow) throws -> Connection {
    do {
      // It asks for what any client may have.
      return try Wire.connect(
        to: driver, as: .from(.client), expecting: [.driver], security: security, group: group
      ) { connection in
        connection.readInLargeSteps()
        return window.receiver(of: connection)
      }
    } catch {
      throw trouble(error)
    }
  }

  private func trouble(_ error: any Error) -> TaskFailure {
    .executorTrouble("the driver at \(driver) did not give the files of the job: \(error)")
  }

  /// One content, under all its names.
  private func receive(
    _ named: [ShippedFile], into folder: String, next: () throws -> Frame
  ) throws {
    let first = named[0]
    guard case .fileHeader(let header) = try Roost_ControlMessage(frame: next()).content else {
      throw FileTransferError.malformed("no header of a file")
    }
    guard !header.isMissing else {
      throw TaskFailure.wrongData(
        "the driver does not have the file \(first.name) of the job any more. Submit the job again")
    }
    guard header.byteCount == first.byteCount else {
      throw FileTransferError.malformed(
        "\(first.name) has \(header.byteCount) bytes and had \(first.byteCount)")
    }
    let incoming = try IncomingFile(
      digest: first.digest, byteCount: first.byteCount, temporaryPath: "\(folder).part")
    while !incoming.isComplete {
      guard case .data(let piece) = try next() else {
        throw FileTransferError.malformed("a message where bytes of \(first.name) were expected")
      }
      try incoming.append(piece)
    }
    let path = "\(folder)/\(first.name)"
    try makeFolders(of: first.name, in: folder)
    try incoming.keep(as: path, mode: 0o444)
    for other in named.dropFirst() {
      try makeFolders(of: other.name, in: folder)
      let otherPath = "\(folder)/\(other.name)"
      guard link(path, otherPath) == 0 else {
        throw FileTransferError.system(action: "make", path: otherPath, code: errno)
      }
    }
  }

  /// The folders that a file lies in.
  private func makeFolders(of name: String, in folder: String) throws(FileTransferError) {
    var path = folder
    for part in name.split(separator: "/").dropLast() {
      path += "/\(part)"
      try FileOwner.makeFolder(path, for: owner)
    }
  }

  /// The next frame, waiting for it; `check` may end that.
  private func next(of window: FrameWindow, _ check: () throws -> Void) throws -> Frame {
    let deadline = Date(timeIntervalSinceNow: Self.patienceSeconds)
    while true {
      try check()
      do {
        return try window.pop(until: Date(timeIntervalSinceNow: Self.checkInterval))
      } catch {
        switch error {
        case .connectionClosed: throw FileTransferError.connectionClosed
        case .noAnswer:
          guard Date() < deadline else {
            throw FileTransferError.silent(seconds: Int(Self.patienceSeconds))
          }
        }
      }
    }
  }
}
