import Foundation
import NIOPosix
import Testing
import Wire

extension ClusterTests {
  /// Executors run the user's Python only when they were told to.
  @Suite struct PythonRefusalTests {
    /// What a real executor answers when it is asked to take part in a job, by a driver that asks nothing else.
    private func answer(
      _ arguments: [String], runsPython: Bool, in folder: TemporaryFolder
    ) async throws -> String {
      let frames = FrameWindow(window: 1 << 20)
      let listener = try Listener(
        on: HostPort(host: "127.0.0.1", port: 0), as: .from(.driver), expecting: [.executor],
        security: .unprotected, group: MultiThreadedEventLoopGroup.singleton
      ) { connection in
        connection.send(
          Roost_ControlMessage.with {
            $0.executorRegistered.generation = 1
            $0.executorRegistered.heartbeatIntervalMilliseconds = 1000
          })
        connection.send(
          Roost_ControlMessage.with {
            $0.prepareJob.job = 1
            $0.prepareJob.runsPython = runsPython
          })
        return frames.receiver(of: connection)
      }
      defer { listener.close() }
      let executor = try RoostProcess(
        [
          "executor", "--driver", "\(listener.address)", "--slots", "1", "--work-dir",
          folder.path("work"),
        ] + arguments, in: folder)
      defer { executor.end() }
      let deadline = Date(timeIntervalSinceNow: 20)
      while true {
        let message = try Roost_ControlMessage(frame: frames.pop(until: deadline))
        if case .jobPrepared(let answer) = message.content { return answer.refusal }
      }
    }

    @Test func anExecutorRefusesAJobWithPythonUnlessItIsAllowed() async throws {
      let folder = try TemporaryFolder()
      #expect(
        try await answer([], runsPython: true, in: folder)
          == "does not run Python functions: start it with --allow-python")
      #expect(try await answer(["--allow-python"], runsPython: true, in: folder) == "")
      #expect(try await answer([], runsPython: false, in: folder) == "")
    }

    @Test func optionsThatMeanNothingAreRefused() async throws {
      let folder = try TemporaryFolder()
      let driver = ["executor", "--driver", "127.0.0.1:1"]
      for (arguments, reason) in [
        (["--python", "/usr/bin/python3"], "--allow-python"),
        (["--allow-python", "--python-user", "no such user"], "no user 'no such user'"),
      ] {
        let process = try RoostProcess(driver + arguments, in: folder)
        defer { process.end() }
        let ending = try await process.wait()
        #expect(ending.code == 2)
        #expect(ending.stderr.contains(reason), "\(ending.stderr)")
      }
    }
  }
}
