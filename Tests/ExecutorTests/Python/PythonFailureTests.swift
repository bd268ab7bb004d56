import Columnar
import Executor
import Plan
import Testing

/// What becomes of groups whose function fails, or takes its process down.
@Suite(.blockingThread) struct PythonFailureTests {
  private static let rows = Schema([Field("store", .long)])
  private static let input = RecordBatch([("store", Column(longs: [1, 2, 3, 2]))])

  /// Fails on store 2.
  private static func text(_ failure: String) -> String {
    """
    import os, signal, time, ctypes
    import pandas as pd
    def fit(key, pdf):
        if key[0] == 2:
            \(failure)
        return pd.DataFrame({"rows": [len(pdf)]})
    """
  }

  private static let failures: [(String, String)] = [
    ("raise ValueError('no rows')", "ValueError: no rows"),
    ("os._exit(3)", "exit code 3"),
    ("ctypes.string_at(0)", "SIGSEGV"),
    ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ("time.sleep(60)", "longer than 0.3 s"),
    ("return pd.DataFrame({'row': [1]})", "'rows'"),
    ("return pd.DataFrame({'rows': ['x']})", "'rows'"),
    ("return None", "None"),
  ]

  @Test(arguments: failures) func isRecordedWithTheKeysOfTheGroup(
    _ failure: String, _ expected: String
  ) async throws {
    let function = try PythonFixture.shared.function(
      "fit", in: Self.text(failure), timeout: .milliseconds(300), recordsErrors: true)
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(PythonApplication(function, rows: Self.rows, returned: [("rows", .long)]))),
      rows: [Self.input])
    #expect(run.rows.map { $0[0] } == [.integer(1), .integer(2), .integer(3)])
    #expect(run.rows.map { $0[1] } == [.integer(1), .null, .integer(1)])
    #expect(run.rows[0][2] == .null)
    guard case .string(let message) = run.rows[1][2] else {
      Issue.record("no message")
      return
    }
    #expect(message.contains(expected))
  }

  @Test(arguments: failures) func failsTheJobAndNamesTheGroup(
    _ failure: String, _ expected: String
  ) async throws {
    let function = try PythonFixture.shared.function(
      "fit", in: Self.text(failure), timeout: .milliseconds(300))
    do {
      _ = try OperatorRun(
        PythonFixture.shared.operation(
          .applyPython(PythonApplication(function, rows: Self.rows, returned: [("rows", .long)]))),
        rows: [Self.input])
      Issue.record("it did not fail")
    } catch {
      guard case .wrongData(let message) = TaskFailure(classifying: error) else {
        Issue.record("\(error)")
        return
      }
      #expect(message.contains("functions.py:fit"))
      #expect(message.contains("store = 2"))
      #expect(message.contains(expected))
    }
  }

  @Test func aTracebackComesWithTheLineOfTheFunction() async throws {
    let function = try PythonFixture.shared.function(
      "fit", in: Self.text("raise ValueError('no rows')"))
    let error = #expect(throws: (any Error).self) {
      _ = try OperatorRun(
        PythonFixture.shared.operation(
          .applyPython(PythonApplication(function, rows: Self.rows, returned: [("rows", .long)]))),
        rows: [Self.input])
    }
    #expect("\(error!)".contains("functions.py\", line 5, in fit"))
  }

  @Test func aTaskThatIsNotWantedAnyMoreStops() async throws {
    struct Stopped: Error {}
    let function = try PythonFixture.shared.function(
      "fit", in: Self.text("print('begun'); time.sleep(600)"))
    // In the midst of the function, and not before it.
    var hasBegun = false
    let operation = try PythonFixture.shared.operation(
      .applyPython(PythonApplication(function, rows: Self.rows, returned: [("rows", .long)])),
      check: { if hasBegun { throw Stopped() } },
      log: { hasBegun = hasBegun || $0.contains("begun") })
    #expect(throws: Stopped.self) { _ = try OperatorRun(operation, rows: [Self.input]) }
  }

  @Test func memoryIsLimited() async throws {
    let function = try PythonFixture.shared.function(
      "fit", in: Self.text("bytearray(1 << 30)"), memory: 64 << 20, recordsErrors: true)
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(PythonApplication(function, rows: Self.rows, returned: [("rows", .long)]))),
      rows: [Self.input])
    guard case .string(let message) = run.rows[1][2] else {
      Issue.record("no message")
      return
    }
    #expect(message.contains("memory"))
  }
}
