/// A file or folder that travels with a job to where its functions run.
package struct ShippedPath: Hashable, Sendable {
  /// Absolute.
  package var path: String
  /// The path under which functions see it, from the folder that they run in.
  package var name: String
  /// The line of the job file that names it, from 1.
  package var line: Int

  package init(path: String, name: String, line: Int) {
    self.path = path
    self.name = name
    self.line = line
  }
}
