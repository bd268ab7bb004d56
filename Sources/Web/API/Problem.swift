import Hummingbird

/// What went wrong, as RFC 9457 has it.
struct Problem: Encodable, Sendable {
  let type = "about:blank"
  let title: String
  let status: Int
  let detail: String

  private let httpStatus: HTTPResponse.Status

  init(_ error: WebError) {
    title = error.title
    httpStatus = error.status
    status = error.status.code
    detail = error.detail
  }

  private enum CodingKeys: CodingKey { case type, title, status, detail }

  var response: Response {
    .json(self, type: "application/problem+json", status: httpStatus)
  }
}
