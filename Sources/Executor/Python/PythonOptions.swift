import Foundation

/// How an executor runs the user's functions in Python.
package struct PythonOptions: Hashable, Sendable {
  /// Of jobs that name none: a path, or a name that is looked for on PATH.
  package var interpreter: String
  /// The user as whom workers run; nil for that of the executor.
  package var user: String?
  /// Where virtual environments are kept.
  package var cacheFolder: URL

  package init(interpreter: String, user: String? = nil, cacheFolder: URL) {
    self.interpreter = interpreter
    self.user = user
    self.cacheFolder = cacheFolder
  }
}
