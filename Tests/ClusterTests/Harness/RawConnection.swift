import Foundation

/// Bytes over TCP without Roost's code: what a stranger or another version would send.
final class RawConnection {
  private static let timeout = timeval(tv_sec: 10, tv_usec: 0)
  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
    var timeout = Self.timeout
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Calls `HOST:PORT` on this machine.
  convenience init(to address: String) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.init(descriptor: descriptor)
    let port = UInt16(address.split(separator: ":").last ?? "") ?? 0
    try withLoopback(port: port) { pointer, size in
      try check(connect(descriptor, pointer, size), "connect to \(address)")
    }
  }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      try check(Int32(clamping: count), "send")
      rest = rest.dropFirst(count)
    }
  }

  /// All that comes until the other side closes.
  func readToEnd() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      // A side that closes with bytes unread resets the connection: no more comes either way.
      if count == 0 || (count < 0 && errno == ECONNRESET) { return bytes }
      try check(Int32(clamping: count), "receive")
      bytes += buffer[..<count]
    }
  }

  /// Takes what has come, waiting for something; how many bytes that were.
  func receive() throws -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { throw DeadlinePassed(description: "receive: nothing more came") }
    return count
  }

  /// A listening socket on a port that the system picks.
  final class Listener {
    private let descriptor: Int32
    let address: String

    init() throws {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      self.descriptor = descriptor
      try withLoopback(port: 0) { try check(bind(descriptor, $0, $1), "bind") }
      try check(listen(descriptor, 8), "listen")
      var name = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getsockname(descriptor, $0, &size)
        }
      }
      address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
      try check(result, "getsockname")
    }

    deinit { close(descriptor) }

    /// The next caller, nil when none comes in time.
    func accept(seconds: Int32) -> RawConnection? {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, seconds * 1000) > 0 else { return nil }
      return RawConnection(descriptor: Glibc.accept(descriptor, nil, nil))
    }
  }
}

/// An HTTP request of its own connection, in nobody's name (which moto asks for, but does not check); the answer with
/// its head.
func http(
  _ method: String, _ path: String, at address: String, body: String = ""
) throws -> String {
  let connection = try RawConnection(to: address)
  let head = """
    \(method) \(path) HTTP/1.1\r
    Host: \(address)\r
    Authorization: AWS none:none\r
    Content-Type: application/octet-stream\r
    Content-Length: \(body.utf8.count)\r
    Connection: close\r
    \r

    """
  try connection.send(Array((head + body).utf8))
  return String(decoding: try connection.readToEnd(), as: UTF8.self)
}

private func withLoopback(
  port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void
) throws {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  try withUnsafePointer(to: &address) {
    try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}

private func check(_ result: Int32, _ what: String) throws {
  if result < 0 {
    throw DeadlinePassed(description: "\(what): \(String(cString: strerror(errno)))")
  }
}
