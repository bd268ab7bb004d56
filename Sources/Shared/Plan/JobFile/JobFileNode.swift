/// A piece of a job file as it was written: text, lists and mappings with the place where each begins.
///
/// Text is never decoded: `no`, `on` and `010` stay what was written, and the reader of a key decides
/// what its text means.
struct JobFileNode {
  enum Content {
    /// `isPlain` when it stands there without quotes and block indicators.
    case text(String, isPlain: Bool)
    /// `isFlow` when it is written in brackets, where YAML cuts at every comma.
    case list([JobFileNode], isFlow: Bool)
    case mapping([Entry])
  }

  struct Entry {
    var key: String
    var place: Place
    var value: JobFileNode
  }

  /// Line and column from 1.
  struct Place: Hashable {
    var line: Int
    var column: Int
  }

  var content: Content
  var place: Place

  /// Whether nothing was written after the key.
  var isEmpty: Bool {
    if case .text("", isPlain: true) = content { true } else { false }
  }

  /// What it is, for a message that expected something else.
  var kind: String {
    switch content {
    case .text: isEmpty ? "nothing" : "text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
