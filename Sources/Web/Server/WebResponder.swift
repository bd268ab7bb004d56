import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Lets a request in or turns it away, and finds who answers.
struct WebResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let rules: AccessRules
  let endpoints: EndpointTable
  let log: Logger

  func respond(to request: Request, context: BasicRequestContext) async -> Response {
    let path = request.uri.path
    var response: Response
    do {
      try rules.check(
        AccessRules.Request(
          method: request.method, path: path, host: request.head.authority,
          authorization: request.headers[.authorization], origin: request.headers[.origin],
          fetchSite: request.headers[.fetchSite]))
      let (endpoint, parameters) = try endpoints.endpoint(for: request.method, path: path)
      response = try await endpoint.answer(
        EndpointRequest(
          path: path, parameters: parameters, query: FormFields(request.uri.query ?? "").values,
          request: request))
    } catch {
      response = answer(to: error, path: path)
    }
    addHeaders(to: &response)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(to error: any Error, path: String) -> Response {
    let known = WebError(error)
    if known == .unexpectedAnswer { log.error("\(path.prefix(200)): \(error)") }
    var response: Response
    if path.hasPrefix("/api/") {
      response = Problem(known).response
    } else if path == "/metrics" || path == "/healthz" || path == "/readyz" {
      response = .text("\(known.title): \(known.detail)\n", status: known.status)
    } else {
      response = .page(ErrorPage.page(known), status: known.status)
    }
    response.headers.append(contentsOf: known.headers)
    return response
  }

  /// For whatever answers: no script but ours, no frame, no guess of types, nothing kept.
  private func addHeaders(to response: inout Response) {
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
      + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    response.headers[.xContentTypeOptions] = "nosniff"
    // Without any referrer, browsers would not say either which site sent a form.
    response.headers[.referrerPolicy] = "same-origin"
    response.headers[.crossOriginResourcePolicy] = "same-origin"
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
  }
}

extension HTTPField.Name {
  static let fetchSite = Self("Sec-Fetch-Site")!
  static let referrerPolicy = Self("Referrer-Policy")!
}

extension Response {
  static func text(
    _ text: String, type: String = "text/plain; charset=utf-8",
    status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  static func page(_ page: Page, status: HTTPResponse.Status = .ok) -> Response {
    .text(page.document, type: "text/html; charset=utf-8", status: status)
  }

  /// For a browser that has sent a form: it asks for the page that shows what became of it.
  static func seeOther(_ path: String) -> Response {
    Response(status: .seeOther, headers: [.location: path])
  }
}
