/// Paths and what is known of them, found by the folders above and below.
///
/// Insertion and look-up are O(parts of the path).
struct FolderIndex<Value> {
  typealias Entry = (path: String, value: Value)

  private var entries: [Substring: Entry] = [:]
  /// For each folder the first entry that lies in it or is it.
  private var contents: [Substring: Entry] = [:]

  /// Of equal paths the first stays.
  mutating func insert(_ path: String, _ value: Value) {
    for (index, folder) in Self.folders(of: path).enumerated() {
      if index == 0, entries[folder] == nil { entries[folder] = (path, value) }
      if contents[folder] == nil { contents[folder] = (path, value) }
    }
  }

  /// An entry that is the folder or lies in it.
  func inside(_ folder: String) -> Entry? {
    Self.folders(of: folder).first.flatMap { contents[$0] }
  }

  /// An entry that is the path, lies in it or holds it.
  func overlapping(_ path: String) -> Entry? {
    inside(path) ?? Self.folders(of: path).lazy.compactMap { entries[$0] }.first
  }

  /// The path without a slash at its end, then each folder above it, up to the root.
  private static func folders(of path: String) -> [Substring] {
    var rest = path[...]
    var folders: [Substring] = []
    while true {
      while rest.last == "/" { rest.removeLast() }
      folders.append(rest)
      guard let slash = rest.lastIndex(of: "/") else { return folders }
      rest = rest[..<slash]
    }
  }
}
