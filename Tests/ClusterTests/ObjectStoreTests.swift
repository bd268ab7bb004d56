import Foundation
import Testing

extension ClusterTests {
  /// Reading and writing `s3://` against moto's server. Runs where Python has it: pip install 'moto[server]'
  @Suite(.enabled("Python with moto's server is here") { hasMoto() })
  struct ObjectStoreTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aJobReadsAndWritesABucket() async throws {
      let server = try RoostProcess(
        program: "/usr/bin/env", ["python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        in: folder)
      defer { server.end() }
      let address = try await first("moto says where it listens") {
        server.stderr.firstMatch(of: /http:\/\/(127\.0\.0\.1:[0-9]+)/).map { String($0.1) }
      }
      try await until("moto listens") { (try? RawConnection(to: address)) != nil }
      #expect(try http("PUT", "/shop", at: address).contains(" 200 "))
      let sales = Sales(rowCount: 500, stores: 4)
      let put = try http("PUT", "/shop/in/sales.csv", at: address, body: sales.csv)
      #expect(put.contains(" 200 "))

      let query =
        "?endpoint_override=\(address)&scheme=http&region=us-east-1&allow_delayed_open=true"
      let job = try folder.write(
        "job.yaml",
        """
        tables:
          sales: {read: "s3://shop/in/*.csv\(query)"}
          models:
            from: sales
            group_by: store
            partitions: 2
            train: {learner: LinearRegression, label: units, features: [price, visitors]}
        outputs:
          models: {write: "s3://shop/out/models\(query)", format: json}
        """)
      let keys = ["AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"]
      let run = try await roost("run", job, in: folder, environment: keys)
      try #require(run.code == 0, "\(run.stderr)")
      // The options of a URI may be secrets.
      #expect(run.stderr.contains("to s3://shop/out/models\n"))

      let listing = try http("GET", "/shop?list-type=2&prefix=out/models/", at: address)
      let found = listing.matches(of: /<Key>out\/models\/([^<]+)<\/Key>/).map { String($0.1) }
      #expect(found == ["_SUCCESS", "part-00000.json", "part-00001.json"])
      var counts: [Int: Int] = [:]
      for part in found.dropFirst() {
        let answer = try http("GET", "/shop/out/models/\(part)", at: address)
        for line in answer.split(whereSeparator: \.isNewline) where line.hasPrefix("{") {
          let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
          counts[row?["store"] as? Int ?? -1] = row?["rows"] as? Int
        }
      }
      #expect(counts == sales.byStore.mapValues(\.count))

      let again = try await roost("run", job, in: folder, environment: keys)
      #expect(again.code == 2)
      #expect(again.stderr.contains("the output s3://shop/out/models exists"))
    }
  }
}

private func hasMoto() -> Bool {
  let code =
    "import importlib.util as u, sys; sys.exit(not (u.find_spec('moto') and u.find_spec('flask')))"
  guard let folder = try? TemporaryFolder(),
    let python = try? RoostProcess(program: "/usr/bin/env", ["python3", "-c", code], in: folder)
  else { return false }
  return python.waitBlocking() == 0
}
