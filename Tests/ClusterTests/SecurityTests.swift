import Foundation
import Testing

extension ClusterTests {
  /// Who may talk to the processes of a cluster.
  @Suite struct SecurityTests {
    private static let job = """
      tables:
        rows: {read: {path: rows.csv, partitions: 4}}
        sums: {from: rows, group_by: k, partitions: 4, aggregate: [sum(x) AS s, count(*) AS n]}
      outputs:
        sums: {write: out, format: json}
      """

    private func writeJob(in folder: TemporaryFolder) throws -> String {
      try folder.write("rows.csv", "k,x\n" + (0..<4000).map { "\($0 % 97),\($0)\n" }.joined())
      return try folder.write("job.yaml", Self.job)
    }

    @Test(arguments: [Protection.secret, .certificates])
    func aProtectedClusterGivesTheSameBytes(protection: Protection) async throws {
      try await withCluster(executors: 2, protection: protection) { cluster in
        let job = try writeJob(in: cluster.folder)
        let ending = try await cluster.run("submit", job)
        #expect(ending.code == 0, "\(ending.stderr)")
        let protected = try cluster.folder.contents("out")
        try cluster.folder.remove("out")
        let alone = try await roost("run", job, in: cluster.folder)
        #expect(alone.code == 0, "\(alone.stderr)")
        #expect(try cluster.folder.contents("out") == protected)
      }
    }

    @Test(arguments: [
      (Protection.secret, "one side has a secret and the other none"),
      (.certificates, "the other side wants TLS"),
    ])
    func whoHasNothingToShowIsTurnedAwayAndToldWhy(
      protection: Protection, reason: String
    ) async throws {
      try await withCluster(executors: 0, protection: protection) { cluster in
        for command in ["jobs", "executor"] {
          let ending = try await roost(
            command, "--driver", cluster.address, in: cluster.folder, seconds: 20)
          #expect(ending.code == 3)
          #expect(ending.stderr.contains(reason), "\(ending.stderr)")
        }
        #expect(try await cluster.json("executors").isEmpty)
      }
    }

    @Test func aClientsCertificateOpensTheDriversDoorOnly() async throws {
      try await withCluster(executors: 0, protection: .certificates) { cluster in
        let client = Protection.certificates("client", in: cluster.folder.path("certs"))
        let jobs = try await roost(
          "jobs", "--driver", cluster.address, in: cluster.folder, environment: client)
        #expect(jobs.code == 0, "\(jobs.stderr)")
        let executor = try await roost(
          "executor", "--driver", cluster.address, in: cluster.folder, environment: client,
          seconds: 20)
        #expect(executor.code == 3)
        #expect(executor.stderr.contains("cannot be an executor's"), "\(executor.stderr)")
      }
    }

    @Test func nothingListensBeyondLoopbackUnprotected() async throws {
      let folder = try TemporaryFolder()
      for arguments in [
        ["driver", "--listen", "0.0.0.0:0"],
        ["executor", "--driver", "127.0.0.1:1", "--listen", "0.0.0.0:0"],
      ] {
        let process = try RoostProcess(arguments, in: folder)
        defer { process.end() }
        let ending = try await process.wait(seconds: 20)
        #expect(ending.code == 2)
        #expect(ending.stderr.contains("--insecure") && ending.stderr.contains("roost certs"))
      }
    }

    @Test(arguments: [Protection.none, .secret])
    func anExecutorThatListensEverywhereTellsAnAddressThatCanBeCalled(
      protection: Protection
    ) async throws {
      try await withCluster(executors: 1, protection: protection) { cluster in
        var arguments = ["executor", "--slots", "1", "--listen", "0.0.0.0:0"]
        if protection == .none { arguments.append("--insecure") }
        // Beyond loopback tasks may read and write where it is said.
        arguments += ["--allow-path", cluster.folder.root.path]
        let open = try cluster.start(arguments)
        defer { open.end() }
        try await cluster.waitForExecutors(2)
        let addresses = try await cluster.json("executors").compactMap {
          $0["dataAddress"] as? String
        }
        #expect(addresses.count == 2 && addresses.allSatisfy { $0.hasPrefix("127.0.0.1:") })
        let ending = try await cluster.run("submit", writeJob(in: cluster.folder))
        #expect(ending.code == 0, "\(ending.stderr)")
      }
    }

    @Test func nobodyIsToldToCallAnAddressThatMeansAll() async throws {
      let ending = try await roost(
        "executor", "--driver", "127.0.0.1:1", "--advertise", "0.0.0.0:7078",
        in: TemporaryFolder())
      #expect(ending.code == 2)
      #expect(ending.stderr.contains("--advertise"))
    }

    @Test func whatIsWrongWithTheFilesIsSaidAtOnce() async throws {
      let folder = try TemporaryFolder()
      let secret = try folder.write("secret", "0123456789abcdef\n")
      #expect(chmod(secret, 0o644) == 0)
      for (options, reason) in [
        (["--secret-file", secret], "chmod 600"),
        (["--tls-cert", secret], "--tls-ca-file is missing"),
        (["--secret-file", folder.path("absent")], "No such file"),
      ] {
        let process = try RoostProcess(["driver", "--listen", "127.0.0.1:0"] + options, in: folder)
        defer { process.end() }
        let ending = try await process.wait(seconds: 20)
        #expect(ending.code == 2)
        #expect(ending.stderr.contains(reason), "\(ending.stderr)")
        #expect(!ending.stderr.contains("0123456789abcdef"))
      }
    }

    /// Whoever may submit a job could read a key as if it were a table.
    @Test func keysDoNotLieWhereJobsMayRead() async throws {
      let (folder, elsewhere) = (try TemporaryFolder(), try TemporaryFolder())
      try folder.write("rows.csv", "a\n1\n")
      let secret = try folder.write("secret", "0123456789abcdef\n")
      #expect(chmod(secret, 0o600) == 0)
      let keys = try await Protection.certificates.environment(in: folder)
      try FileManager.default.createDirectory(
        atPath: folder.path("state"), withIntermediateDirectories: true)
      let driver = ["driver", "--listen", "0.0.0.0:0"]
      let executor = ["executor", "--driver", "127.0.0.1:1", "--listen", "0.0.0.0:0"]
      // Without the own key, that of the authority beside the certificate is left.
      var keyElsewhere = keys
      let key = try elsewhere.write(
        "key.pem", try String(contentsOfFile: #require(keys["ROOST_TLS_KEY"]), encoding: .utf8))
      #expect(chmod(key, 0o600) == 0)
      keyElsewhere["ROOST_TLS_KEY"] = key
      for (arguments, environment, place, reached) in [
        (driver + ["--secret-file", secret], [:], folder, "secret"),
        (executor + ["--secret-file", secret], [:], folder, "secret"),
        (driver, keys, folder, "127.0.0.1-key.pem"),
        (driver + ["--allow-path", folder.root.path], keys, elsewhere, "127.0.0.1-key.pem"),
        (driver, keyElsewhere, folder, "ca-key.pem"),
        (executor, keyElsewhere, folder, "ca-key.pem"),
        (driver + ["--insecure", "--state-dir", folder.path("state")], [:], folder, "state"),
        (
          driver + ["--insecure", "--state-dir", folder.path("state")]
            + ["--allow-path", folder.path("state/jobs")], [:], elsewhere, "state"
        ),
      ] as [([String], [String: String], TemporaryFolder, String)] {
        // In a working folder of its own.
        let process = try RoostProcess(
          program: "/usr/bin/env", ["-C", place.root.path, RoostProcess.executable] + arguments,
          in: place, environment: environment)
        defer { process.end() }
        let ending = try await process.wait(seconds: 20)
        #expect(ending.code == 2, "\(arguments)")
        #expect(ending.stderr.contains("\(reached), which is not for them"), "\(ending.stderr)")
      }
    }

    @Test func runKeepsItsSecretFromOtherProcesses() async throws {
      let folder = try TemporaryFolder()
      let job = try SlowJob(in: folder).write(output: "out")
      let run = try RoostProcess(["run", job, "--executors", "1", "--slots", "1"], in: folder)
      defer { run.end() }
      let executor = try await first("an executor runs") {
        ProcessTable.children(of: run.id).first
      }
      try await until("the executor computes") { ProcessTable.processorTicks(of: executor) > 15 }
      func told(_ file: String, _ process: pid_t) throws -> String {
        let path = URL(fileURLWithPath: "/proc/\(process)/\(file)")
        return String(decoding: try Data(contentsOf: path), as: UTF8.self)
      }
      func environment(_ process: pid_t) throws -> Set<Substring> {
        Set(try told("environ", process).split(separator: "\0"))
      }
      #expect(try environment(executor) == environment(run.id))
      // A secret is 64 hexadecimal digits.
      let arguments = try told("cmdline", executor)
      #expect(arguments.contains("executor"))
      #expect(arguments.firstMatch(of: /[0-9a-f]{64}/) == nil)
      let ports = ProcessTable.listeningPorts(of: run.id)
      let port = try #require(ports.first)
      let stranger = try await roost("jobs", "--driver", "127.0.0.1:\(port)", in: folder)
      #expect(stranger.code == 3)
      #expect(stranger.stderr.contains("secret"), "\(stranger.stderr)")
      #expect(try await run.wait().code == 0)
    }

    @Test func certificatesOfFurtherHostsComeFromTheSameAuthority() async throws {
      let folder = try TemporaryFolder()
      let certificates = folder.path("certs")
      let once = try await roost(
        "certs", "--out", certificates, "--host", "node-1,10.0.0.1", in: folder)
      #expect(once.code == 0, "\(once.stderr)")
      #expect(
        once.stdout.contains(
          "roost driver --listen node-1:7077 --tls-ca-file \(certificates)/ca.pem"))
      let before = try folder.contents("certs")
      #expect(
        before.keys.sorted() == [
          "ca-key.pem", "ca.pem", "client-key.pem", "client.pem", "node-1-key.pem", "node-1.pem",
        ])
      let again = try await roost("certs", "--out", certificates, "--host", "node-2", in: folder)
      #expect(again.code == 0, "\(again.stderr)")
      let taken = try await roost(
        "certs", "--out", certificates, "--host", "node-3", "--host", "node-1", in: folder)
      #expect(taken.code == 2)
      #expect(taken.stderr.contains("node-1.pem exists"))
      let client = try await roost("certs", "--out", certificates, "--host", "client", in: folder)
      #expect(client.code == 2)
      #expect(client.stderr.contains("put another name"), "\(client.stderr)")
      let after = try folder.contents("certs")
      #expect(Set(after.keys) == Set(before.keys).union(["node-2.pem", "node-2-key.pem"]))
      for (name, data) in before { #expect(after[name] == data) }
    }
  }
}
