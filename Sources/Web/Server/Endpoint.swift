import Foundation
import Hummingbird

/// What answers to one method of one path.
package struct Endpoint: Sendable {
  package let method: HTTPRequest.Method
  /// As OpenAPI writes it: `/jobs/{job}`.
  package let path: String
  let answer: @Sendable (EndpointRequest) async throws -> Response
  private let segments: [Substring]

  init(
    _ method: HTTPRequest.Method, _ path: String,
    answer: @escaping @Sendable (EndpointRequest) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.answer = answer
    segments = path.split(separator: "/")
  }

  /// What the braces stand for in a path; nil of another path.
  func parameters(of path: [String]) -> [String: String]? {
    guard path.count == segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (segment, text) in zip(segments, path) {
      if segment.hasPrefix("{") {
        parameters[String(segment.dropFirst().dropLast())] = text
      } else if segment != text {
        return nil
      }
    }
    return parameters
  }
}

/// A request with what its path and query say.
struct EndpointRequest: Sendable {
  /// Without what stands for a live page.
  let path: String
  let parameters: [String: String]
  let query: [String: String]
  let request: Request

  /// A whole number that stands in the path.
  func number<Number: FixedWidthInteger>(_ name: String, of what: String) throws(WebError) -> Number
  {
    let text = parameters[name] ?? ""
    guard let number = Number(text) else {
      throw .notFound("'\(shortened(text, to: 80))' is not the number of a \(what)")
    }
    return number
  }

  func text(_ name: String) -> String { parameters[name] ?? "" }

  /// The whole content. Throws `WebError.tooLarge`.
  func content(upTo limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await buffer in request.body {
      guard bytes.count + buffer.readableBytes <= limit else {
        throw WebError.tooLarge(limit: limit)
      }
      bytes += buffer.readableBytesView
    }
    return bytes
  }

  /// Of a form of these pages, which are small.
  func form() async throws -> FormFields {
    FormFields(String(decoding: try await content(upTo: 64 << 10), as: UTF8.self))
  }
}

/// Which endpoint answers to a request.
package struct EndpointTable: Sendable {
  package let endpoints: [Endpoint]

  init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

  /// Throws `WebError.notFound` and `methodNotAllowed`.
  func endpoint(
    for method: HTTPRequest.Method, path: String
  ) throws(WebError) -> (endpoint: Endpoint, parameters: [String: String]) {
    let segments = path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
    var allowed: [String] = []
    for endpoint in endpoints {
      guard let parameters = endpoint.parameters(of: segments) else { continue }
      if endpoint.method == method || (method == .head && endpoint.method == .get) {
        return (endpoint, parameters)
      }
      allowed.append(endpoint.method.rawValue)
    }
    guard allowed.isEmpty else { throw .methodNotAllowed(method.rawValue, allowed: allowed) }
    throw .notFound("there is no page '\(shortened(path, to: 200))'")
  }
}
