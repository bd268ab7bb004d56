import Foundation
import Testing

extension ClusterTests {
  /// Jobs with functions in Python, from the command to what they print and write.
  @Suite struct PythonJobTests {
    /// The interpreter that `make test` installs.
    static let interpreter = packageRoot.appendingPathComponent(".deps/python/bin/python").path
    static let options = ["--allow-python", "--python", interpreter]

    /// Stores 0..<20 with 100 rows each, amounts that are their numbers.
    private static func writeSales(in folder: TemporaryFolder) throws {
      var text = "store,day,amount\n"
      for row in 0..<2000 { text += "\(row % 20),\(row / 20),\(Double(row % 20) * 10 + 1)\n" }
      try folder.write("sales.csv", text)
    }

    private static let functions = """
      import os
      import pandas as pd

      def fit(key, sales):
          print("store", key[0], "in process", os.getpid())
          if key[0] == 13:
              raise ValueError("unlucky")
          return pd.DataFrame({"store": [key[0]], "n": [len(sales)], "mean": [sales["amount"].mean()]})

      def double(frames):
          for frame in frames:
              yield frame.assign(amount=frame["amount"] * 2)

      def discounted(amount, percent):
          return amount * (1 - percent / 100)

      def spread(amount):
          return amount.max() - amount.min()

      def compare(key, left, right):
          return pd.DataFrame({"store": [key[0]], "more": [left["amount"].sum() - right["amount"].sum()]})
      """

    private static func job(_ tables: String, outputs: String) -> String {
      """
      functions:
        discounted: {python: functions.py:discounted, returns: double}
        spread: {python: functions.py:spread, returns: double, aggregate: true}
      tables:
        sales: {read: {path: sales.csv, partitions: 3}}
      \(tables)
      outputs:
      \(outputs)
      """
    }

    private func withPythonCluster(
      _ count: Int = 2, _ body: (LocalCluster) async throws -> Void
    ) async throws {
      try await withCluster(executors: 0) { cluster in
        try await cluster.addExecutors(count, options: Self.options)
        try Self.writeSales(in: cluster.folder)
        try cluster.folder.write("functions.py", Self.functions)
        try await body(cluster)
      }
    }

    @Test func functionsOfAllKindsInOneJob() async throws {
      try await withPythonCluster { cluster in
        let job = try cluster.folder.write(
          "job.yaml",
          Self.job(
            """
              doubled:
                from: sales
                where: discounted(amount, 50) > 50
                map: {python: functions.py:double, schema: "store long, day long, amount double"}
              models:
                from: doubled
                group_by: store
                apply: {python: functions.py:fit, schema: "store long, n long, mean double", on_error: record}
                order_by: store
              spreads:
                from: sales
                group_by: day % 2 AS half
                aggregate: [spread(amount) AS spread, count(*) AS n]
              compared:
                cogroup:
                  left: sales
                  right: doubled
                  on: [store]
                  python: functions.py:compare
                  schema: "store long, more double"
                order_by: store
                limit: 12
            """,
            outputs: """
                models: {write: models, format: json}
                spreads: {write: spreads, format: json}
                compared: {write: compared, format: json}
              """))
        let ending = try await cluster.run("submit", job)
        try #require(ending.code == 0, "\(ending.stderr)")
        // Amounts of at most 100 are not above 50 with half of them off: stores 0 to 9.
        let models = try cluster.folder.rows("models")
        #expect(models.map { $0["store"] as? Int } == Array(10..<20))
        for row in models {
          guard let store = row["store"] as? Int else { continue }
          let error = row["error"] as? String
          #expect((error?.contains("unlucky") ?? false) == (store == 13))
          #expect(row["n"] as? Int == (store == 13 ? nil : 100))
          #expect(row["mean"] as? Double == (store == 13 ? nil : Double(store) * 20 + 2))
        }
        let spreads = try cluster.folder.rows("spreads")
        #expect(spreads.map { $0["spread"] as? Double } == [190, 190])
        #expect(spreads.map { $0["n"] as? Int } == [1000, 1000])
        let compared = try cluster.folder.rows("compared")
        #expect(compared.map { $0["store"] as? Int } == Array(0..<12))
        #expect(compared[3]["more"] as? Double == 3100)
        #expect(compared[11]["more"] as? Double == -11100)
        #expect(ending.stderr.contains("store 19 in process"))
      }
    }

    @Test func anExceptionReachesTheSubmitter() async throws {
      try await withPythonCluster { cluster in
        let job = try cluster.folder.write(
          "job.yaml",
          Self.job(
            """
              models:
                from: sales
                group_by: store
                apply: {python: functions.py:fit, schema: "store long, n long, mean double"}
            """, outputs: "  models: {write: models}"))
        let ending = try await cluster.run("submit", job)
        #expect(ending.code == 1)
        #expect(
          ending.stderr.contains("functions.py:fit failed for store = 13: ValueError: unlucky"))
        #expect(ending.stderr.contains("line 7, in fit"))
        #expect(!cluster.folder.exists("models"))
      }
    }

    @Test func anInterpreterThatIsNotThereIsRefusedAtTheStart() async throws {
      let folder = try TemporaryFolder()
      let ending = try await roost(
        "executor", "--driver", "127.0.0.1:1", "--allow-python", "--python", "/no/python",
        in: folder)
      #expect(ending.code == 2)
      #expect(ending.stderr.contains("/no/python"))
    }

    /// What a cluster's processes are told in their environment is not for functions.
    @Test func functionsDoNotSeeTheSecretOfTheCluster() async throws {
      let folder = try TemporaryFolder()
      try folder.write("rows.csv", "x\n1\n")
      try folder.write(
        "names.py",
        """
        import os
        import pandas as pd
        def names(frames):
            for frame in frames:
                found = sorted(name for name in os.environ if name.startswith("ROOST_"))
                yield pd.DataFrame({"names": [" ".join(found)]})
        """)
      let job = try folder.write(
        "job.yaml",
        """
        tables:
          rows: {read: rows.csv}
          names: {from: rows, map: {python: names.py:names, schema: "names string"}}
        outputs:
          names: {write: names, format: json}
        """)
      let ending = try await roost(
        "run", job, "--python", Self.interpreter, in: folder,
        environment: ["ROOST_SECRET": "a secret that is long enough for a cluster"])
      try #require(ending.code == 0, "\(ending.stderr)")
      #expect(try folder.rows("names").map { $0["names"] as? String } == ["ROOST_ARTIFACTS"])
    }

    /// Workers, their parents and an executor are killed while groups are slow: each group is in the result once.
    @Test func whateverIsKilledNoGroupIsLostOrDoubled() async throws {
      try await withPythonCluster { cluster in
        let calls = cluster.folder.path("calls")
        try cluster.folder.write(
          "slow.py",
          """
          import os, time
          import pandas as pd
          def fit(key, sales):
              with open("\(calls)", "a") as calls:
                  calls.write("x")
              time.sleep(0.02)
              return pd.DataFrame({"store": [key[0]], "n": [len(sales)]})
          """)
        let job = try cluster.folder.write(
          "job.yaml",
          """
          tables:
            sales: {read: {path: sales.csv, partitions: 4}}
            models:
              from: sales
              group_by: [store, day % 10 AS day]
              partitions: 8
              apply: {python: slow.py:fit, schema: "store long, n long"}
            counted:
              from: models
              group_by: store
              aggregate: [count(*) AS models, sum(n) AS n]
              order_by: store
          outputs:
            counted: {write: counted, format: json}
          """)
        let id = try await cluster.submitDetached(job)
        func goesOn(_ what: String) async throws {
          let before = size(of: calls)
          try await until("\(what): functions are called") { size(of: calls) > before + 5 }
        }
        func parents() -> [pid_t] {
          cluster.executors.filter(\.isRunning).flatMap { ProcessTable.children(of: $0.id) }
        }
        try await goesOn("at first")
        for worker in parents().flatMap({ ProcessTable.children(of: $0) }) { kill(worker, SIGKILL) }
        try await goesOn("after the workers")
        for parent in parents() { kill(parent, SIGKILL) }
        try await goesOn("after their parents")
        let victim = try await first("an executor has a parent and a worker") {
          cluster.executors.first { executor in
            ProcessTable.children(of: executor.id)
              .contains { !ProcessTable.children(of: $0).isEmpty }
          }
        }
        let orphans = ProcessTable.children(of: victim.id)
          .flatMap { [$0] + ProcessTable.children(of: $0) }
        victim.signal(SIGKILL)
        try await until("its processes end with it") {
          orphans.allSatisfy { !ProcessTable.isAlive($0) }
        }
        try await cluster.addExecutors(1, options: Self.options)
        let status = try await cluster.ended(id)
        try #require(status.state == "succeeded", "\(status.error ?? "")")
        let counted = try cluster.folder.rows("counted")
        #expect(counted.map { $0["store"] as? Int } == Array(0..<20))
        #expect(counted.allSatisfy { $0["models"] as? Int == 10 && $0["n"] as? Int == 100 })
      }
    }

    private func size(of path: String) -> Int {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return attributes?[.size] as? Int ?? 0
    }
  }
}
