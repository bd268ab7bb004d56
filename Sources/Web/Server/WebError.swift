import Driver
import Hummingbird

/// Why a request is not answered as it was meant: pages and the API tell it in their ways.
package enum WebError: Error, Hashable, Sendable {
  case notFound(String)
  case methodNotAllowed(String, allowed: [String])
  case wrongRequest(String)
  case unsupportedType(expected: String)
  case tooLarge(limit: Int)
  case noPassword
  case otherHost(String)
  case otherOrigin
  case tooManyJobs(waiting: Int)
  case tooManyStreams(limit: Int)
  case filesMustTravel
  case unexpectedAnswer
  case noDriver(String)

  /// Of whatever was thrown while a request was answered.
  init(_ error: any Error) {
    switch error {
    case let error as WebError: self = error
    case let error as LocalClientError: self = .noDriver("\(error)")
    default: self = .unexpectedAnswer
    }
  }

  var status: HTTPResponse.Status {
    switch self {
    case .notFound: .notFound
    case .methodNotAllowed: .methodNotAllowed
    case .wrongRequest: .badRequest
    case .unsupportedType: .unsupportedMediaType
    case .tooLarge: .contentTooLarge
    case .noPassword: .unauthorized
    case .otherHost, .otherOrigin: .forbidden
    case .tooManyJobs, .tooManyStreams, .noDriver: .serviceUnavailable
    case .filesMustTravel: .unprocessableContent
    case .unexpectedAnswer: .internalServerError
    }
  }

  /// In a few words.
  var title: String {
    switch self {
    case .notFound: "Not found"
    case .methodNotAllowed: "Not possible here"
    case .wrongRequest: "Wrong request"
    case .unsupportedType: "Wrong type of content"
    case .tooLarge: "Too large"
    case .noPassword: "Password needed"
    case .otherHost: "Asked for under another name"
    case .otherOrigin: "Sent by another site"
    case .tooManyJobs: "Too many jobs"
    case .tooManyStreams: "Too many live pages"
    case .filesMustTravel: "Files are missing"
    case .unexpectedAnswer: "Something went wrong"
    case .noDriver: "No answer from the driver"
    }
  }

  /// What is wrong and what to do.
  var detail: String {
    switch self {
    case .notFound(let message), .wrongRequest(let message): message
    case .methodNotAllowed(let method, let allowed):
      "\(method) is not possible here, but \(allowed.joined(separator: ", "))"
    case .unsupportedType(let expected): "the content must be \(expected)"
    case .tooLarge(let limit): "a request may have \(byteText(Int64(limit))) of content"
    case .noPassword:
      "this driver wants the password that its --ui-password-file holds; any user name will do"
    case .otherHost(let host):
      "the driver does not answer as '\(host)', so that other sites cannot reach it through a name of theirs: "
        + "use an address, 'localhost', the name of its host or the name that --ui states"
    case .otherOrigin:
      "a page of another site has sent this; what changes something has to come from these pages"
    case .tooManyJobs(let waiting):
      "\(counted(waiting, "job")) wait already, which is as many as the driver takes: try again later"
    case .tooManyStreams(let limit):
      "\(counted(limit, "page")) are live already: close some, or reload this one by hand"
    case .filesMustTravel:
      "the job needs files of its folder, which only 'roost submit' sends"
    case .unexpectedAnswer: "the driver did not answer as it should: its log may tell more"
    case .noDriver(let message): message
    }
  }

  var headers: HTTPFields {
    switch self {
    case .methodNotAllowed(_, let allowed): [.allow: allowed.joined(separator: ", ")]
    case .noPassword: [.wwwAuthenticate: "Basic realm=\"roost\", charset=\"UTF-8\""]
    case .tooManyJobs, .tooManyStreams, .noDriver: [.retryAfter: "5"]
    default: [:]
    }
  }
}
