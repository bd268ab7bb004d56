import Columnar
import Foundation
import Plan
import Testing

/// What the documents and examples show has to be true.
@Suite struct JobFileDocumentTests {
  @Test(arguments: [("docs/job-file.md", 5), ("docs/training.md", 4), ("docs/python.md", 6)])
  func theExamplesOfADocumentAreJobs(path: String, atLeast: Int) throws {
    let blocks = try text(path).components(separatedBy: "```yaml\n").dropFirst()
    #expect(blocks.count >= atLeast)
    for block in blocks {
      let yaml = try #require(block.components(separatedBy: "```").first)
      #expect(catalog.messages(yaml).isEmpty, "\(yaml)")
    }
  }

  @Test func theFunctionsOfTheDocumentExist() throws {
    let text = try text("docs/job-file.md")
    let section = try #require(text.components(separatedBy: "### Functions").last)
      .components(separatedBy: "\n## ")[0]
    // Odd parts stand between backticks.
    let names = section.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
      .filter { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && $0 != "true" }
    #expect(names.count > 130)
    for name in names { #expect(isKnown(name), "\(name)") }
    #expect(!isKnown("no_such_function"))
  }

  @Test(arguments: ["examples/flights.yaml", "examples/stores.yaml"])
  func theExamplesAreJobs(path: String) throws {
    let text = try text(path)
    #expect(catalog.messages(text).isEmpty)
  }

  /// Flights everywhere but where an example reads something else.
  private var catalog: AnalysisCatalog {
    AnalysisCatalog(
      schemas: [
        "/jobs/stores.csv": Schema([
          Field("store", .string), Field("week", .long), Field("price", .double),
          Field("promotion", .boolean), Field("units", .long),
        ])
      ],
      cached: ["flights": AnalysisCatalog.flights])
  }

  private func isKnown(_ function: String) -> Bool {
    do throws(ExpressionError) {
      _ = try parseExpression("\(function)(x)").bound(to: Schema([Field("x", .double)]))
      return true
    } catch {
      if case .unknownFunction = error.problem { return false }
      return true
    }
  }

  private func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
