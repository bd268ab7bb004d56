import Foundation
import Wire

extension Roost_PrepareJob {
  /// Why this executor cannot take part in the job, with what to do about it; nil when it sees all that the driver put in
  /// place, and runs what the job wants to be run. Reads files.
  func refusal(allowsPython: Bool) -> String? {
    for marker in markers {
      guard let data = FileManager.default.contents(atPath: marker.path),
        String(decoding: data, as: UTF8.self) == marker.content
      else {
        return
          "does not see \(marker.path): executors must share the folders of outputs with the driver"
      }
    }
    if runsPython, !allowsPython {
      return "does not run Python functions: start it with --allow-python"
    }
    return nil
  }
}
