import Foundation
import Testing

extension ClusterTests {
  /// What a real driver answers, against what the API's description says of it.
  @Suite struct WebAPITests {
    private struct Operation {
      var path: String
      var method: String
      var responses: [String: Any]
    }

    private static func write(in folder: TemporaryFolder) throws -> String {
      try folder.write(
        "rows.csv",
        "k,x,y\n" + (0..<4000).map { "key-\($0 % 40),\($0),\($0 * 2 + $0 % 7)\n" }.joined())
      return try folder.write(
        "job.yaml",
        """
        tables:
          rows: {read: {path: rows.csv, partitions: 4}}
          models:
            from: rows
            group_by: k
            train: {learner: LinearRegression, label: y, features: [x], test_fraction: 0.2}
          some: {from: rows, limit: 3, select: "k, x, x / 0.5 AS half, DATE '2013-01-31' AS day, NULL AS nothing"}
        outputs:
          models: {write: models}
          some: {show: 3}
          rows: {cache: kept}
        """)
    }

    private func operations(_ description: [String: Any]) -> [Operation] {
      let paths = description["paths"] as? [String: [String: Any]] ?? [:]
      return paths.flatMap { path, methods in
        methods.compactMap { method, operation in
          ((operation as? [String: Any])?["responses"] as? [String: Any]).map {
            Operation(path: path, method: method.uppercased(), responses: $0)
          }
        }
      }.sorted {
        // What changes something comes last, and what lets an executor go very last.
        ($0.path.contains("drain") ? 2 : $0.method == "GET" ? 0 : 1, $0.path)
          < ($1.path.contains("drain") ? 2 : $1.method == "GET" ? 0 : 1, $1.path)
      }
    }

    /// What is wrong with an answer to an operation.
    private func problems(
      of answer: WebAnswer, to operation: Operation, _ schema: WebSchema
    ) -> [String] {
      let name = "\(operation.method) \(operation.path)"
      guard let response = operation.responses["\(answer.status)"] as? [String: Any] else {
        return ["\(name): status \(answer.status) is not described: \(answer.body.prefix(300))"]
      }
      let content = response["content"] as? [String: [String: Any]] ?? [:]
      let type = answer.type.prefix { $0 != ";" }
      guard let expected = content[String(type)]?["schema"] as? [String: Any] else {
        return ["\(name): \(answer.type) is not described"]
      }
      guard type != "text/plain" else { return [] }
      guard let json = answer.json else { return ["\(name): no JSON: \(answer.body.prefix(300))"] }
      return schema.problems(of: json, against: expected).map { "\(name): \($0)" }
    }

    @Test func everyOperationAnswersAsItsDescriptionSays() async throws {
      try await withCluster(executors: 2, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let pages = try cluster.pages
        let submission = try await cluster.run("submit", Self.write(in: cluster.folder))
        try #require(submission.code == 0, "\(submission.stderr)")
        let description = try #require(
          try web("GET", "/api/v1/openapi.json", at: pages).json as? [String: Any])
        let components = description["components"] as? [String: Any]
        let schema = WebSchema(schemas: components?["schemas"] as? [String: Any] ?? [:])
        let executor = try #require(
          try await cluster.json("executors").first?["executor"] as? String)
        let known = ["{job}": "1", "{executor}": executor, "{table}": "kept"]
        let json = ["Content-Type: application/json"]
        let job = "{\"jobFile\": \"tables: {}\", \"folder\": \"/\", \"fileName\": \"empty.yaml\"}"
        let operations = operations(description)
        #expect(operations.count >= 16)
        for operation in operations {
          let path = known.reduce(operation.path) {
            $0.replacingOccurrences(of: $1.key, with: $1.value)
          }
          let isSubmission = operation.method == "POST" && operation.path == "/api/v1/jobs"
          let answer = try web(
            operation.method, path, at: pages, headers: isSubmission ? json : [],
            body: isSubmission ? job : "")
          #expect(
            (200...201).contains(answer.status), "\(operation.method) \(path): \(answer.body)")
          let problems = problems(of: answer, to: operation, schema)
          #expect(problems.isEmpty, "\(problems)")
          guard path != operation.path else { continue }
          let other = operation.path.replacingOccurrences(of: "{job}", with: "999")
            .replacingOccurrences(of: "{executor}", with: "nobody")
            .replacingOccurrences(of: "{table}", with: "nothing")
          let missing = try web(operation.method, other, at: pages)
          #expect(missing.status == 404)
          let wrong = self.problems(of: missing, to: operation, schema)
          #expect(wrong.isEmpty, "\(wrong)")
        }
      }
    }

    @Test func shownRowsKeepTheirTypes() async throws {
      try await withCluster(executors: 1, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let submission = try await cluster.run("submit", Self.write(in: cluster.folder))
        try #require(submission.code == 0, "\(submission.stderr)")
        let answer = try web("GET", "/api/v1/jobs/1/results", at: cluster.pages)
        let row = #"["key-1",1,"2.000000","2013-01-31",null]"#
        #expect(answer.body.contains(row), "\(answer.body)")
        #expect(answer.body.contains("{\"name\":\"day\",\"type\":\"date\"}"))
      }
    }

    @Test func wrongParametersAreProblems() async throws {
      try await withCluster(executors: 0, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let pages = try cluster.pages
        for query in ["state=lost", "limit=0", "limit=x", "limit=10001"] {
          let answer = try web("GET", "/api/v1/jobs?\(query)", at: pages)
          #expect(answer.status == 400 && answer.type == "application/problem+json")
        }
        #expect(try web("GET", "/api/v1/jobs?state=failed&limit=10", at: pages).status == 200)
        #expect(try web("GET", "/api/v1/nothing", at: pages).type == "application/problem+json")
      }
    }
  }
}
