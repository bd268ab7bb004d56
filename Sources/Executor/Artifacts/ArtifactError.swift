import Glibc

/// Why files that functions wrote beside the rows of a task cannot become part of its output.
package enum ArtifactError: Error, Hashable, Sendable {
  /// A call of the system failed; `code` is its `errno`.
  case system(action: String, path: String, code: Int32)
  case tooManyFiles(limit: Int)
  case tooManyBytes(limit: Int64)
  /// A name that not everybody who reads the output could use.
  case unusableName(String, reason: String)
  /// The function made it so that its own user may not read it.
  case unreadable(name: String)
  /// The output that the job appends to has a file of this name.
  case taken(name: String, output: String)
}

extension ArtifactError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let action, let path, let code):
      "cannot \(action) \(path), for files that functions write: \(String(cString: strerror(code)))"
    case .tooManyFiles(let limit):
      """
      the functions of one task wrote more than \(limit) files under ROOST_ARTIFACTS; put several groups \
      into one file, or use more partitions ('partitions: N')
      """
    case .tooManyBytes(let limit):
      """
      the functions of one task wrote more than \(limit >> 20) MiB under ROOST_ARTIFACTS; write less, or use \
      more partitions ('partitions: N')
      """
    case .unusableName(let name, let reason):
      "the file '\(name)' that a function wrote under ROOST_ARTIFACTS has a name that \(reason); use another name"
    case .unreadable(let name):
      "'\(name)', which a function wrote under ROOST_ARTIFACTS, may not be read; leave its permissions as they are"
    case .taken(let name, let output):
      """
      the output \(output) has a file '\(name)' among its artifacts; mode: append replaces no file: let the \
      function write under a name that no earlier job has used
      """
    }
  }
}
