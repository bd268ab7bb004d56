import Foundation

/// A client that sends what it is told, byte by byte, and reads on a thread of its own: the server under test runs on the few
/// threads of Swift's pool.
final class HTTPConnection: @unchecked Sendable {
  struct Answer: Sendable {
    var status: Int
    var head: String
    var body: String

    /// Names in any case.
    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == name.lowercased() {
          return parts[1].trimmingCharacters(in: .whitespaces)
        }
      }
      return nil
    }

    init?(_ text: String) {
      guard let end = text.range(of: "\r\n\r\n"),
        let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return nil }
      self.status = status
      head = String(text[..<end.lowerBound])
      body = String(text[end.upperBound...])
    }
  }

  struct Failure: Error { var reason: String }

  private static let deadline: Int = 20

  // Used by one thread at a time: the caller awaits each call.
  private let descriptor: Int32
  private var received = Data()

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var time = timeval(tv_sec: Self.deadline, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(descriptor)
      throw Failure(reason: String(cString: strerror(errno)))
    }
  }

  deinit { close(descriptor) }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// All that came until the text so far is as wanted, or the other side has closed. Throws when nothing comes for long.
  func read(until isEnough: @escaping @Sendable (String) -> Bool) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try self.readBlocking(until: isEnough) })
      }
    }
  }

  private func readBlocking(until isEnough: (String) -> Bool) throws -> String {
    while true {
      let text = String(decoding: received, as: UTF8.self)
      if isEnough(text) { return text }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count == 0 { return text }
      guard count > 0 else { throw Failure(reason: "nothing came for long; so far: \(text)") }
      received += buffer[..<count]
    }
  }

  /// One request and its answer, on a connection of its own.
  static func ask(
    _ port: Int, _ method: String, _ path: String, headers: [String] = [],
    host: String = "localhost", body: String = ""
  ) async throws -> Answer {
    let connection = try HTTPConnection(port: port)
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
      + (body.isEmpty && method == "GET" ? [] : ["Content-Length: \(body.utf8.count)"])
    connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    let text = try await connection.read { _ in false }
    guard let answer = Answer(text) else { throw Failure(reason: "no answer: \(text)") }
    return answer
  }
}
