import Foundation
import Testing

extension ClusterTests {
  /// The pages of a real driver.
  @Suite struct WebPagesTests {
    /// Where its second line says that pages are, a browser sees a job whose executor was killed.
    @Test func aJobWithAKilledExecutorIsSeen() async throws {
      try await withCluster(executors: 3, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let pages = try cluster.pages
        let job = try SlowJob(in: cluster.folder)
        let id = try await cluster.submitDetached(job.write(output: "out"))
        try await until("the job runs") {
          let status = try await cluster.job(id)
          return status.hasEnded || status.stages.first?.finished ?? 0 > 8
        }
        let running = try web("GET", "/jobs/\(id)", at: pages)
        #expect(running.status == 200)
        cluster.executors[0].signal(SIGKILL)
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        let page = try web("GET", "/jobs/\(id)", at: pages)
        #expect(page.body.contains("badge succeeded"))
        #expect(page.body.contains("executor lost"))
        #expect(page.body.contains("class=\"lost"), "an attempt that was lost is drawn")
        #expect(page.body.contains("/jobs/\(id)/stages/0"))
        let stage = try web("GET", "/jobs/\(id)/stages/0", at: pages)
        #expect(stage.body.contains("Running time") && stage.body.contains("lost"))
        #expect(try web("GET", "/cluster", at: pages).body.contains("Executors that are gone"))
        let metrics = try web("GET", "/metrics", at: pages).body
        #expect(metrics.contains("roost_executors_lost_total 1\n"))
      }
    }

    @Test func modelsOfOneGroupAreComparedWithWhatWas() async throws {
      try await withCluster(executors: 2, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let pages = try cluster.pages
        // Keys that are quotes to SQL, YAML and HTML.
        let keys = ["it's", "a \\ b", "x: # [y]", "plain"]
        let rows = (0..<800).map { "\(keys[$0 % 4]),\($0 % 3),\($0),\(2 * $0 + $0 % 5)\n" }
        try cluster.folder.write("rows.csv", "k,n,x,y\n" + rows.joined())
        let path = try cluster.folder.write(
          "job.yaml",
          """
          tables:
            rows: {read: {path: rows.csv, partitions: 2}}
            models:
              from: rows
              where: x >= 20
              group_by: [k, "n + 1 AS m"]
              train:
                learner: LinearRegression
                label: y
                features: [x, "greatest(x, 100) AS most", k]
                categorical: k
          outputs:
            models: {write: models}
          """)
        let submission = try await cluster.run("submit", path)
        try #require(submission.code == 0, "\(submission.stderr)")
        try #require(try web("GET", "/jobs/1/trainings/0", at: pages).body.contains("/compare"))
        for (number, key) in keys.enumerated() {
          let encoded = key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
          let answer = try web(
            "POST", "/jobs/1/trainings/0/compare", at: pages, body: "key.k=\(encoded)&key.m=2")
          #expect(answer.status == 303)
          let id = "\(number + 2)"
          let status = try await cluster.ended(id)
          #expect(status.state == "succeeded", "\(status.error ?? "")")
          let page = try web("GET", "/jobs/\(id)", at: pages).body
          // 800 rows, a twelfth of them of the group, without those left out.
          let points = page.components(separatedBy: "<circle").count - 1
          #expect((64...67).contains(points), "\(key): \(points)")
        }
        // Only what is needed ran: nothing was written again.
        #expect(try await cluster.job("2").outputs.isEmpty)
      }
    }

    @Test func aJobIsCancelledByItsForm() async throws {
      try await withCluster(executors: 1, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let pages = try cluster.pages
        let job = try SlowJob(in: cluster.folder)
        let id = try await cluster.submitDetached(job.write(output: "out"))
        let question = try web("GET", "/jobs/\(id)/cancel", at: pages)
        #expect(question.status == 303 || question.body.contains("Cancel job \(id)"))
        #expect(try web("POST", "/jobs/\(id)/cancel", at: pages).status == 303)
        #expect(try await cluster.ended(id).state == "cancelled")
      }
    }

    @Test func aPortThatIsTakenIsToldBeforeTheDriverListens() async throws {
      let folder = try TemporaryFolder()
      let taken = try RawConnection.Listener()
      let ending = try await roost(
        "driver", "--listen", "127.0.0.1:0", "--ui", taken.address, in: folder)
      #expect(ending.code == 1 && ending.stdout.isEmpty)
      #expect(ending.stderr.contains("cannot show pages on \(taken.address)"), "\(ending.stderr)")
    }

    @Test func nothingIsShownToOthersWithoutAPassword() async throws {
      let folder = try TemporaryFolder()
      let ending = try await roost(
        "driver", "--listen", "127.0.0.1:0", "--ui", "0.0.0.0:0", in: folder)
      #expect(ending.code == 2 && ending.stderr.contains("--ui-password-file"))
    }

    @Test func aPasswordFileThatOthersMayReadIsRefused() async throws {
      let folder = try TemporaryFolder()
      let path = try folder.write("password", "sixteen letters or more")
      chmod(path, 0o644)
      let ending = try await roost(
        "driver", "--listen", "127.0.0.1:0", "--ui", "127.0.0.1:0", "--ui-password-file", path,
        in: folder)
      #expect(ending.code == 2 && ending.stderr.contains("chmod 600"), "\(ending.stderr)")
    }

    /// A page that stays open does not keep the driver.
    @Test func pagesEndWithTheDriver() async throws {
      try await withCluster(executors: 0, driver: ["--ui", "127.0.0.1:0"]) { cluster in
        let connection = try RawConnection(to: cluster.pages)
        try connection.send(Array("GET /cluster?live HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        _ = try connection.receive()
        cluster.driver.signal(SIGTERM)
        #expect(try await cluster.driver.wait(seconds: 20).code == 0)
        _ = try connection.readToEnd()
      }
    }

    @Test func withTheClustersCertificatesPagesAreEncrypted() async throws {
      try await withCluster(
        executors: 0, driver: ["--ui", "127.0.0.1:0"], protection: .certificates
      ) { cluster in
        let line = try #require(
          cluster.driver.stdout.split(separator: "\n").first { $0.hasPrefix("pages on https://") })
        let url = line.dropFirst("pages on ".count)
        let fetch = try RoostProcess(
          program: "/usr/bin/env",
          [
            "python3", "-c",
            "import ssl, sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=20, "
              + "context=ssl.create_default_context(cafile=sys.argv[2])).read().decode(), end='')",
            "\(url)/healthz", cluster.folder.path("certs/ca.pem"),
          ], in: cluster.folder)
        defer { fetch.end() }
        let ending = try await fetch.wait()
        #expect(ending.stdout == "ok\n", "\(ending.stderr)")
      }
    }
  }
}
