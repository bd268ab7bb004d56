import Foundation

/// What a driver's pages answered.
struct WebAnswer {
  var status: Int
  var type: String
  var body: String

  var json: Any? {
    try? JSONSerialization.jsonObject(with: Data(body.utf8), options: .fragmentsAllowed)
  }
}

/// A request to the pages at `HOST:PORT`, on a connection of its own.
func web(
  _ method: String, _ path: String, at address: String, headers: [String] = [], body: String = ""
) throws -> WebAnswer {
  let connection = try RawConnection(to: address)
  let head =
    ["\(method) \(path) HTTP/1.1", "Host: \(address)", "Connection: close"] + headers
    + (method == "GET" ? [] : ["Content-Length: \(body.utf8.count)"])
  try connection.send(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
  let text = String(decoding: try connection.readToEnd(), as: UTF8.self)
  guard let end = text.range(of: "\r\n\r\n"),
    let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
  else { throw DeadlinePassed(description: "\(method) \(path): no answer, but '\(text)'") }
  let type = text[..<end.lowerBound].components(separatedBy: "\r\n").first {
    $0.lowercased().hasPrefix("content-type:")
  }
  return WebAnswer(
    status: status,
    type: type?.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces) ?? "",
    body: String(text[end.upperBound...]))
}

extension LocalCluster {
  /// Where the pages of a driver with `--ui` are.
  var pages: String {
    get throws {
      let prefix = "pages on http://"
      guard let line = driver.stdout.split(separator: "\n").first(where: { $0.hasPrefix(prefix) })
      else { throw DeadlinePassed(description: "the driver has no pages: \(driver.stdout)") }
      return String(line.dropFirst(prefix.count))
    }
  }
}
