import Foundation
import Testing

extension ClusterTests {
  /// `roost run` is a whole cluster that goes away with its command.
  @Suite struct LocalRunTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts the slow job with one executor at work.
    private func start() async throws -> (run: RoostProcess, executor: pid_t) {
      let job = try SlowJob(in: folder).write(output: "out")
      let run = try RoostProcess(["run", job, "--executors", "1", "--slots", "1"], in: folder)
      do {
        let executor = try await first("an executor runs") {
          ProcessTable.children(of: run.id).first
        }
        return (run, executor)
      } catch {
        run.end()
        throw error
      }
    }

    /// Waits until the executor has computed for longer than its start takes, and for shorter than the job.
    private func waitUntilUnderWay(_ executor: pid_t) async throws {
      try await until("the executor computes") { ProcessTable.processorTicks(of: executor) > 15 }
    }

    @Test func noProcessIsLeftAfterACalmRun() async throws {
      let (run, executor) = try await start()
      defer { run.end() }
      let ending = try await run.wait()
      #expect(ending.code == 0, "\(ending.stderr)")
      #expect(ending.stdout.isEmpty)
      #expect(!ProcessTable.isAlive(executor))
      #expect(folder.exists("out/models/_SUCCESS"))
    }

    @Test func executorsEndWithACommandThatIsKilled() async throws {
      let (run, executor) = try await start()
      defer { run.end() }
      try await waitUntilUnderWay(executor)
      run.signal(SIGKILL)
      #expect(try await run.wait().code == 128 + SIGKILL)
      try await until("the executor has ended", seconds: 10) { !ProcessTable.isAlive(executor) }
      #expect(!folder.exists("out/models/_SUCCESS"))
      // What it left is in nobody's way.
      let again = try await roost("run", folder.path("out.yaml"), in: folder)
      #expect(again.code == 0, "\(again.stderr)")
      #expect(try folder.contents("out").count == 14)
    }

    @Test func anExecutorThatIsKilledIsReplaced() async throws {
      let (run, executor) = try await start()
      defer { run.end() }
      try await waitUntilUnderWay(executor)
      kill(executor, SIGKILL)
      let ending = try await run.wait()
      #expect(ending.code == 0, "\(ending.stderr)")
      #expect(ending.stderr.contains("starting another"))
      #expect(folder.exists("out/models/_SUCCESS") && folder.exists("out/notes/_SUCCESS"))
    }

    @Test func controlCEndsEverything() async throws {
      let (run, executor) = try await start()
      defer { run.end() }
      try await waitUntilUnderWay(executor)
      run.signal(SIGINT)
      let ending = try await run.wait(seconds: 12)
      #expect(ending.code == 1)
      #expect(ending.stderr.contains("cancelled"))
      #expect(!ProcessTable.isAlive(executor))
      #expect(try folder.leftovers(of: "out").isEmpty)
    }
  }
}
