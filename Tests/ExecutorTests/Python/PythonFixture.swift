import Columnar
import Executor
import Foundation
import Plan

/// Python processes for tests, of the interpreter that `make test` installs. All tests share them, as the tasks of an executor do.
final class PythonFixture: Sendable {
  static let shared = PythonFixture()

  private let root: URL
  private let services: PythonServices

  static let interpreter = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent(".deps/python/bin/python").path

  private init() {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-python-\(UUID().uuidString)")
    self.root = root
    // The processes go when this one ends; the folder goes with the last of them.
    // The only thing that could fail is to find a user, and none is named.
    services = try! PythonServices(
      options: PythonOptions(
        interpreter: Self.interpreter,
        cacheFolder: root.appendingPathComponent("environments")),
      slots: 2,
      files: { files, _ in root.appendingPathComponent(files[0].digest).path },
      makeFolder: {
        let folder = root.appendingPathComponent("program")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
      })
    atexit { try? FileManager.default.removeItem(at: PythonFixture.shared.root) }
  }

  /// A function of a file with this text.
  func function(
    _ name: String, in text: String, memory: Int64? = nil, timeout: Duration? = nil,
    recordsErrors: Bool = false
  ) throws -> PythonFunction {
    let digest = UUID().uuidString
    let folder = root.appendingPathComponent(digest)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appendingPathComponent("functions.py"))
    return PythonFunction(
      source: .file("functions.py"), name: name,
      environment: PythonEnvironment(
        files: [
          ShippedFile(name: "functions.py", digest: digest, byteCount: Int64(text.utf8.count))
        ]),
      memory: memory, timeout: timeout, recordsErrors: recordsErrors)
  }

  /// What a task of partition 0 has; `log` gets what functions print.
  func context(
    runByteCount: Int = .max, check: @escaping () throws -> Void = {},
    log: @escaping (String) -> Void = { _ in }
  ) -> OperatorContext {
    let folder = SpillFolder(
      in: FileManager.default.temporaryDirectory, host: "test", name: UUID().uuidString)
    return OperatorContext(
      partition: 0, runs: SortedRunSpace(folder: folder, byteCount: runByteCount), check: check,
      log: TaskLog(log), python: services)
  }

  func operation(
    _ operation: Plan.Operator, runByteCount: Int = .max,
    check: @escaping () throws -> Void = {}, log: @escaping (String) -> Void = { _ in }
  ) throws -> any BatchOperator {
    try makeOperator(
      operation, context: context(runByteCount: runByteCount, check: check, log: log))
  }
}

extension PythonApplication {
  /// On rows whose first columns are the keys, which the function sees too.
  init(
    _ function: PythonFunction, keyCount: Int = 1, rows: Schema..., returned: [(String, DataType)]
  ) {
    self.init(
      function: function, keyCount: keyCount,
      frames: rows.map {
        PythonFrame(schema: $0, columns: Array($0.fields.indices), names: $0.names)
      },
      returned: Schema(returned.map { Field($0, $1) }))
  }
}
