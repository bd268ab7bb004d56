import Columnar
import Executor
import Foundation
import Plan
import Testing

/// Requirements of a job, installed from a wheel that the test makes: no registry is asked.
@Suite(.blockingThread) struct PythonEnvironmentTests {
  private static let wheel = """
    import sys, zipfile
    with zipfile.ZipFile(sys.argv[1], "w") as wheel:
        wheel.writestr("answers.py", "ANSWER = 42\\n")
        info = "answers-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: answers\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    """

  private static let schema = Schema([Field("x", .long)])

  private static func mapping(_ requirements: [String]) throws -> PythonMapping {
    var function = try PythonFixture.shared.function(
      "answer",
      in: """
        def answer(frames):
            import answers, pandas
            for frame in frames:
                yield frame.assign(x=answers.ANSWER)
        """)
    function.environment.requirements = requirements
    return PythonMapping(
      function: function, frame: PythonFrame(schema: schema, columns: [0], names: ["x"]),
      returned: schema)
  }

  @Test func requirementsAreThereBesideWhatTheInterpreterHas() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-wheel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let wheel = folder.appendingPathComponent("answers-1.0-py3-none-any.whl").path
    let maker = Process()
    maker.executableURL = URL(fileURLWithPath: PythonFixture.interpreter)
    maker.arguments = ["-c", Self.wheel, wheel]
    try maker.run()
    maker.waitUntilExit()
    // The second time the environment is there.
    for _ in 0..<2 {
      let run = try OperatorRun(
        PythonFixture.shared.operation(.mapPython(try Self.mapping([wheel]))),
        rows: [RecordBatch([("x", Column(longs: [1]))])])
      #expect(run.rows == [[.integer(42)]])
    }
  }

  @Test func whatCannotBeInstalledIsNamed() async throws {
    let error = #expect(throws: (any Error).self) {
      _ = try OperatorRun(
        PythonFixture.shared.operation(
          .mapPython(try Self.mapping(["/no/such-1.0-py3-none-any.whl"]))),
        rows: [RecordBatch([("x", Column(longs: [1]))])])
    }
    #expect("\(error!)".contains("/no/such-1.0-py3-none-any.whl"))
    guard case .executorTrouble = TaskFailure(classifying: error!) else {
      Issue.record("\(error!)")
      return
    }
  }

  @Test func anInterpreterThatIsNoneIsNamed() async throws {
    var mapping = try Self.mapping([])
    mapping.function.environment.interpreter = "/no/python"
    let error = #expect(throws: (any Error).self) {
      _ = try OperatorRun(
        PythonFixture.shared.operation(.mapPython(mapping)),
        rows: [RecordBatch([("x", Column(longs: [1]))])])
    }
    #expect("\(error!)".contains("/no/python"))
  }
}
