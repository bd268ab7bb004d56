import Columnar
import Glibc
import Plan

/// Why an output cannot be prepared or made final.
package enum OutputError: Error, Hashable, Sendable {
  /// `mode: error` and something is there.
  case exists(path: String)
  /// `mode: overwrite` or `append` and what is there was not written by a job that ended.
  case notAnOutput(path: String, mode: FileWrite.Mode)
  case notAFolder(path: String)
  /// `mode: append` to files of another format.
  case otherFormat(path: String, found: String, wanted: String)
  case invalidPath(String, reason: String)
  /// Another job of this or of another driver writes it.
  case beingWritten(path: String, by: String)
  /// The job reads what it would write.
  case isInput(output: String, input: String)
  /// A file that a task has reported is not where it was written, or is not the one that was written.
  case fileMissing(path: String)
  case fileChanged(path: String, expected: Int64, found: Int64)
  /// Somebody else put a file where one is to be appended.
  case nameTaken(path: String)
  /// `mode: append` and the output has an artifact of this name, or one that is in the way of it.
  case artifactTaken(path: String)
  /// The artifact of one partition has the name of another one's, or is a folder of it.
  case artifactTwice(output: String, name: String, partitions: [Int])
  /// A list of files that the driver itself wrote cannot be read.
  case unreadable(path: String, reason: String)
  case failed(operation: String, path: String, reason: String)

  static func system(_ operation: String, _ path: String, _ code: Int32) -> OutputError {
    .failed(operation: operation, path: path, reason: String(cString: strerror(code)))
  }
}

extension OutputError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .exists(let path):
      "the output \(shown(path)) exists; remove it, or say mode: overwrite or mode: append"
    case .notAnOutput(let path, let mode):
      """
      the output \(shown(path)) is not empty and has no _SUCCESS file, so that it may hold something \
      else; mode: \(mode.rawValue) leaves it alone: remove it or write elsewhere
      """
    case .notAFolder(let path):
      "the output \(shown(path)) is a file; an output is a folder of files"
    case .otherFormat(let path, let found, let wanted):
      "the output \(shown(path)) holds \(found) files; \(wanted) files cannot be appended to them"
    case .invalidPath(let path, let reason):
      "the output path '\(shown(path))' \(reason)"
    case .beingWritten(let path, let writer):
      "the output \(shown(path)) is being written by \(writer); wait until that has ended"
    case .isInput(let output, let input):
      "the output \(shown(output)) would replace the input \(shown(input)); write elsewhere"
    case .fileMissing(let path):
      "the file \(shown(path)) that a task wrote is gone; run the job again"
    case .fileChanged(let path, let expected, let found):
      "the file \(shown(path)) has \(found) bytes where a task wrote \(expected); run the job again"
    case .nameTaken(let path):
      "the file \(shown(path)) appeared while the job ran; nothing else may write there"
    case .artifactTaken(let path):
      """
      the file \(shown(path)) is there already; mode: append replaces no file: let the function write \
      under a name that no earlier job has used
      """
    case .artifactTwice(let output, let name, let partitions):
      """
      of the output \(shown(output)) the partitions \(partitions.map { "\($0)" }.joined(separator: " and ")) \
      both wrote '\(name)' under ROOST_ARTIFACTS; let the function give each file a name of its own, with \
      the keys of its group for example
      """
    case .unreadable(let path, let reason):
      "the file list \(shown(path)) cannot be read: \(reason)"
    case .failed(let operation, let path, let reason):
      "cannot \(operation) \(shown(path)): \(reason)"
    }
  }
}

/// Without the options of a URI, which may hold credentials.
private func shown(_ path: String) -> String { FileLocation(path).display }
