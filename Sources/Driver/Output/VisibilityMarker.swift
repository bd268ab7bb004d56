import Foundation

/// A file with random content beside a local output: an executor that reads the same content there sees the
/// folder that the driver sees. It goes with the staging folder that it lies in.
package struct VisibilityMarker: Hashable, Sendable {
  package let path: String
  package let content: String

  package init(path: String, content: String) {
    self.path = path
    self.content = content
  }

  /// Writes a marker into a folder. It does not wait for the disk: the marker is to be seen now, not after a loss
  /// of power.
  static func create(in folder: String) throws(OutputError) -> VisibilityMarker {
    var generator = SystemRandomNumberGenerator()
    let content = String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
    let path = "\(folder)/_VISIBLE"
    guard FileManager.default.createFile(atPath: path, contents: Data(content.utf8)) else {
      throw .system("write", path, errno)
    }
    return VisibilityMarker(path: path, content: content)
  }
}
