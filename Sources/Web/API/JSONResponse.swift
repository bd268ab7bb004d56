import Foundation
import Hummingbird

extension Response {
  /// What holds no number that JSON lacks.
  static func json(
    _ value: some Encodable, type: String = "application/json",
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let bytes = try? encoder.encode(value) else {
      return .text("{}", type: type, status: .internalServerError)
    }
    return Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
