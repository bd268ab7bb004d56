import Glibc
import Plan

/// Why files that a job file names cannot travel with the job.
package struct ShippedFilesError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Error, Hashable, Sendable {
    case notFound(path: String)
    case notAFile(path: String)
    case unreadable(path: String, code: Int32)
    case tooMany
    /// With this file they are more than may travel.
    case tooLarge(path: String)
    case twoOfOneName(String, otherLine: Int)
    /// A file has the name of the folder of another one.
    case fileAndFolder(String, name: String)
  }

  package var jobFile: String
  package var line: Int
  package var problem: Problem

  package init(jobFile: String, line: Int, problem: Problem) {
    self.jobFile = jobFile
    self.line = line
    self.problem = problem
  }

  package var description: String { "\(jobFile):\(line): \(problem)" }
}

extension ShippedFilesError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let path): "there is no file \(path)"
    case .notAFile(let path): "\(path) is neither a file nor a folder"
    case .unreadable(let path, let code):
      "\(path) cannot be read: \(String(cString: strerror(code)))"
    case .tooMany:
      "more than \(ShippedFileLimits.count) files would travel with the job. Name the folders that it needs, "
        + "or pack them into a wheel"
    case .tooLarge(let path):
      "with \(path) more than \(ShippedFileLimits.byteCount >> 30) GB would travel with the job. Put what is large where "
        + "executors can read it, and let the function open it there"
    case .twoOfOneName(let name, let line):
      "another file that travels with the job is called \(name), too: see line \(line). Rename one of them"
    case .fileAndFolder(let file, let name):
      "\(name) would lie in a folder \(file), and that is a file. Rename one of them"
    }
  }
}
