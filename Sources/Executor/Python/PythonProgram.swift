import Foundation
import Synchronization

/// The Python program of parents and workers, which is part of this binary: written to a folder when it is asked for first.
/// Safe to use from any thread.
final class PythonProgram: Sendable {
  /// By their names in the folder.
  private static let sources: [(name: String, bytes: [UInt8])] = [
    ("parent.py", PackageResources.parent_py),
    ("roost_worker/__init__.py", PackageResources.__init___py),
    ("roost_worker/apply.py", PackageResources.apply_py),
    ("roost_worker/batches.py", PackageResources.batches_py),
    ("roost_worker/call.py", PackageResources.call_py),
    ("roost_worker/cogroup.py", PackageResources.cogroup_py),
    ("roost_worker/control.py", PackageResources.control_py),
    ("roost_worker/conversation.py", PackageResources.conversation_py),
    ("roost_worker/conversion.py", PackageResources.conversion_py),
    ("roost_worker/failures.py", PackageResources.failures_py),
    ("roost_worker/frames.py", PackageResources.frames_py),
    ("roost_worker/grouped.py", PackageResources.grouped_py),
    ("roost_worker/installation.py", PackageResources.installation_py),
    ("roost_worker/keys.py", PackageResources.keys_py),
    ("roost_worker/memory.py", PackageResources.memory_py),
    ("roost_worker/modules.py", PackageResources.modules_py),
    ("roost_worker/process.py", PackageResources.process_py),
    ("roost_worker/progress.py", PackageResources.progress_py),
    ("roost_worker/results.py", PackageResources.results_py),
    ("roost_worker/returned.py", PackageResources.returned_py),
    ("roost_worker/signature.py", PackageResources.signature_py),
    ("roost_worker/wheels.py", PackageResources.wheels_py),
    ("roost_worker/worker.py", PackageResources.worker_py),
    ("roost_worker/workers.py", PackageResources.workers_py),
  ]

  private let makeFolder: @Sendable () throws -> String
  private let written = Mutex<String?>(nil)

  /// - Parameter makeFolder: a folder that is there for this program alone and goes with the executor.
  init(makeFolder: @escaping @Sendable () throws -> String) {
    self.makeFolder = makeFolder
  }

  /// The path of what an interpreter is to run. Throws `PythonError.program`.
  func script() throws -> String {
    try written.withLock { written in
      // A cleaner of temporary files may have been here.
      if let script = written, access(script, R_OK) == 0 { return script }
      do {
        let folder = URL(fileURLWithPath: try makeFolder())
        for source in Self.sources {
          let file = folder.appendingPathComponent(source.name)
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(source.bytes).write(to: file)
        }
        let script = folder.appendingPathComponent("parent.py").path
        written = script
        return script
      } catch {
        throw PythonError.program(reason: "\(error)")
      }
    }
  }
}
