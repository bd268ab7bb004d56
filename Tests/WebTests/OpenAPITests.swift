import Foundation
import Testing
import Web

@Suite struct OpenAPITests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Web/Assets/openapi.json")

  /// Nothing that programs ask for is missing in the description, and nothing is described that is not there.
  @Test func theDescriptionHasEveryOperation() throws {
    let description = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.file))
    let paths = try #require((description as? [String: Any])?["paths"] as? [String: [String: Any]])
    let described = Set(
      paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
    let table = WebServer.endpoints(asking: DriverQuestions { $0 })
    let served = table.endpoints.filter {
      $0.path.hasPrefix("/api/") || ["/metrics", "/healthz", "/readyz"].contains($0.path)
    }.map { "\($0.method.rawValue) \($0.path)" }
    #expect(Set(served) == described)
    #expect(Set(served).count == served.count)
  }
}
