/// A file with random content beside a local output: an executor that reads the same content there sees the
/// folder that the driver sees. It goes with the staging folder that it lies in.
package struct VisibilityMarker: Hashable, Sendable {
  package let path: String
  package let content: String

  /// Writes a marker into a folder.
  static func create(in folder: String) throws -> VisibilityMarker {
    var generator = SystemRandomNumberGenerator()
    let content = String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
    let path = "\(folder)/_VISIBLE"
    try LocalFile.write(Array(content.utf8), to: path)
    return VisibilityMarker(path: path, content: content)
  }
}
