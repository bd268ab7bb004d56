import Driver
import Executor
import Foundation
import NIOPosix
import Plan
import Testing
import Wire

extension ClusterTests {
  /// Files that travel with a job: from a client to a driver, and from there to executors.
  @Suite struct ShippedFileTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func files(_ names: String..., in folder: TemporaryFolder) throws -> ShippedFiles {
      try ShippedFiles(
        names.map { ShippedPath(path: folder.path($0), name: $0, line: 1) }, of: "job.yaml")
    }

    /// Submits a job that waits for an executor, with files.
    private func submit(
      _ files: ShippedFiles, to cluster: LocalCluster
    ) throws -> SubmittedJob {
      try cluster.folder.write("rows.csv", "k\n1\n")
      let address = try #require(HostPort(cluster.address))
      return try SubmittedJob(
        text: "tables:\n  rows: {read: rows.csv}\noutputs:\n  rows: {show: 1}\n",
        fileName: "job.yaml", folder: cluster.folder.root.path, files: files, to: address
      ) { () throws(ClientError) in
        try DriverClient(address, security: .unprotected, group: group)
      }
    }

    private func store(
      of cluster: LocalCluster, in folder: SpillFolder
    ) throws -> ShippedFileStore {
      ShippedFileStore(
        in: folder, driver: try #require(HostPort(cluster.address)), security: .unprotected,
        group: group)
    }

    private func spillFolder(_ cluster: LocalCluster) -> SpillFolder {
      SpillFolder(
        in: cluster.folder.root.appendingPathComponent("work"), host: "test",
        name: UUID().uuidString)
    }

    /// With a driver that keeps its files in a folder of the test's: those that end here are killed.
    private func withDriver(_ body: (LocalCluster) async throws -> Void) async throws {
      let state = try TemporaryFolder()
      try await withCluster(executors: 0, driver: ["--state-dir", state.path("state")]) {
        cluster in try await body(cluster)
      }
    }

    @Test func filesArriveWholeAndUnderTheirNames() async throws {
      try await withDriver { cluster in
        // Larger than all windows on its way.
        let large = Data((0..<20 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) })
        try cluster.folder.write("bundle/model.bin", large)
        try cluster.folder.write("bundle/empty", "")
        try cluster.folder.write("bundle/a/one.py", "x = 1\n")
        try cluster.folder.write("bundle/b/two.py", "x = 1\n")
        let files = try files("bundle", in: cluster.folder)
        let job = try submit(files, to: cluster)
        #expect(job.number == 1)
        let folder = spillFolder(cluster)
        let store = try store(of: cluster, in: folder)
        // Slots ask at the same time.
        let manifest = files.manifest
        let results = BoundedQueue<Result<String, any Error>>(capacity: 8)
        for slot in 0..<8 {
          startThread(named: "slot \(slot)") {
            results.push(Result { try store.folder(for: manifest) {} })
          }
        }
        var paths: [String] = []
        let deadline = Date(timeIntervalSinceNow: 60)
        while paths.count < 8, let some = results.popAll(until: deadline), !some.isEmpty {
          paths += try some.map { try $0.get() }
        }
        let path = try #require(paths.first)
        #expect(paths == Array(repeating: path, count: 8))
        let found = path + "/bundle"
        #expect(
          try FileManager.default.subpathsOfDirectory(atPath: path).sorted() == [
            "bundle", "bundle/a", "bundle/a/one.py", "bundle/b", "bundle/b/two.py",
            "bundle/empty", "bundle/model.bin",
          ])
        #expect(FileManager.default.contents(atPath: found + "/model.bin") == large)
        #expect(FileManager.default.contents(atPath: found + "/empty") == Data())
        #expect(FileManager.default.contents(atPath: found + "/b/two.py") == Data("x = 1\n".utf8))
        // What workers leave in it goes with it.
        try Data().write(to: URL(fileURLWithPath: found + "/a/made.pyc"))
        folder.remove()
        #expect(try cluster.folder.leftovers(of: "work").isEmpty)
      }
    }

    @Test func aDriverHoldsAFewPiecesOfAFileInMemory() async throws {
      try await withDriver { cluster in
        let path = try cluster.folder.write("large.bin", "")
        try #require(truncate(path, 256 << 20) == 0)
        let before = try #require(ProcessTable.peakMemory(of: cluster.driver.id))
        let files = try files("large.bin", in: cluster.folder)
        _ = try submit(files, to: cluster)
        let folder = spillFolder(cluster)
        defer { folder.remove() }
        _ = try store(of: cluster, in: folder).folder(for: files.manifest) {}
        let after = try #require(ProcessTable.peakMemory(of: cluster.driver.id))
        #expect(after - before < 64 << 20)
      }
    }

    @Test func aChangedFileIsAnotherOne() async throws {
      try await withDriver { cluster in
        let folder = spillFolder(cluster)
        defer { folder.remove() }
        let store = try store(of: cluster, in: folder)
        var paths: [String] = []
        for text in ["x = 1", "x = 2", "x = 1"] {
          try cluster.folder.write("train.py", text)
          let files = try files("train.py", in: cluster.folder)
          _ = try submit(files, to: cluster)
          let path = try store.folder(for: files.manifest) {}
          #expect(
            FileManager.default.contents(atPath: path + "/train.py") == Data(text.utf8))
          paths.append(path)
        }
        #expect(paths[0] != paths[1] && paths[0] == paths[2])
      }
    }

    /// Its digest was taken when the job was submitted.
    @Test func aFileThatChangesWhileItIsSentFailsTheSubmission() async throws {
      try await withDriver { cluster in
        try cluster.folder.write("train.py", "x = 1")
        let files = try files("train.py", in: cluster.folder)
        try cluster.folder.write("train.py", "x = 2")
        let error = try #require(
          #expect(throws: ClientError.self) { try submit(files, to: cluster) })
        #expect("\(error)".contains("train.py: was changed while it was being sent"), "\(error)")
        #expect(try await cluster.json("jobs").isEmpty)
      }
    }

    @Test func aDriverThatIsStartedAgainHasTheFilesOfAJobThatWaits() async throws {
      try await withDriver { cluster in
        try cluster.folder.write("train.py", "x = 1")
        let files = try files("train.py", in: cluster.folder)
        _ = try submit(files, to: cluster)
        try await cluster.restartDriver()
        let folder = spillFolder(cluster)
        defer { folder.remove() }
        let path = try store(of: cluster, in: folder).folder(for: files.manifest) {}
        #expect(FileManager.default.contents(atPath: path + "/train.py") == Data("x = 1".utf8))
        #expect(try await cluster.job("1").hasEnded == false)
      }
    }

    @Test func whatWentWrongSaysWhatToDo() async throws {
      try await withDriver { cluster in
        let folder = spillFolder(cluster)
        defer { folder.remove() }
        let store = try store(of: cluster, in: folder)
        let unknown = ShippedFile(
          name: "gone.py", digest: String(repeating: "0", count: 64), byteCount: 1)
        #expect(
          throws: TaskFailure.wrongData(
            "the driver does not have the file gone.py of the job any more. Submit the job again")
        ) { try store.folder(for: [unknown]) {} }
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: TaskCancelled.self) {
          try store.folder(for: [unknown]) { try cancellation.check() }
        }
        cluster.driver.end()
        let error = try #require(
          #expect(throws: TaskFailure.self) { try store.folder(for: [unknown]) {} })
        guard case .executorTrouble(let text) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(text.contains("the driver at \(cluster.address)"))
      }
    }

    /// Without a state folder the files are in a temporary one.
    @Test func nothingIsLeftWhenTheDriverEnds() async throws {
      let temporary = try TemporaryFolder()
      let driver = try RoostProcess(
        ["driver", "--listen", "127.0.0.1:0"], in: temporary,
        environment: ["TMPDIR": temporary.path("")])
      defer { driver.end() }
      let address = try await first("the driver says where it listens") {
        driver.stdout.split(separator: "\n").first.flatMap {
          HostPort(String($0.dropFirst("driver listening on ".count)))
        }
      }
      try temporary.write("train.py", "x = 1")
      try temporary.write("rows.csv", "k\n1\n")
      _ = try SubmittedJob(
        text: "tables:\n  rows: {read: rows.csv}\noutputs:\n  rows: {show: 1}\n",
        fileName: "job.yaml", folder: temporary.root.path,
        files: files("train.py", in: temporary), to: address
      ) { () throws(ClientError) in
        try DriverClient(address, security: .unprotected, group: group)
      }
      func folders() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: temporary.root.path)
          .filter { $0.hasPrefix("roost-driver-files-") }
      }
      #expect(try folders().count == 1)
      driver.signal(SIGTERM)
      #expect(try await driver.wait().code == 0)
      #expect(try folders().isEmpty)
    }
  }
}
