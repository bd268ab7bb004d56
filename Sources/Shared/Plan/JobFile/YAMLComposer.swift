import Yams

/// Reads the text of a job file into nodes.
///
/// Yams composes the text; its resolver is off, so that no text is decoded. The copy into `JobFileNode` counts
/// nodes, since a few lines of aliases can stand for billions of them.
struct YAMLComposer {
  static let maximumNodes = 100_000
  /// A job file is a few kilobytes; this is where reading stops being worth the memory.
  static let maximumBytes = 4 << 20
  static let maximumDepth = 64

  private let lines: [Substring]
  private var nodeCount = 0

  /// The root of the only document in `text`; nil when there is nothing in it.
  static func compose(_ text: String) throws(Failure) -> JobFileNode? {
    guard text.utf8.count <= maximumBytes else {
      throw Failure(.tooLong(bytes: text.utf8.count, maximum: maximumBytes))
    }
    try refuseHarm(text)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch let error as YamlError {
      throw Failure(error)
    } catch {
      throw Failure(.malformed("\(error)"))
    }
    guard let root else { return nil }
    var composer = YAMLComposer(
      lines: text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline))
    return try composer.copy(root, depth: 1)
  }

  private init(lines: [Substring]) { self.lines = lines }

  private mutating func copy(_ node: Node, depth: Int) throws(Failure) -> JobFileNode {
    let place = JobFileNode.Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    nodeCount += 1
    guard nodeCount <= Self.maximumNodes else {
      throw Failure(.tooManyNodes(maximum: Self.maximumNodes), place)
    }
    guard depth <= Self.maximumDepth else {
      throw Failure(.tooDeep(maximum: Self.maximumDepth), place)
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      return JobFileNode(content: .text(scalar.string, isPlain: isPlain), place: place)
    case .sequence(let sequence):
      var items: [JobFileNode] = []
      for item in sequence { items.append(try copy(item, depth: depth + 1)) }
      return JobFileNode(content: .list(items, isFlow: isFlow(at: place)), place: place)
    case .mapping(let mapping):
      var entries: [JobFileNode.Entry] = []
      // Yams compares keys with their tags; here a key is its text.
      var keys: Set<String> = []
      for (key, value) in mapping {
        let entry = try copyEntry(key, value, depth: depth + 1)
        guard keys.insert(entry.key).inserted else {
          throw Failure(.duplicateKeys([entry.key]), entry.place)
        }
        entries.append(entry)
      }
      return JobFileNode(content: .mapping(entries), place: place)
    case .alias(let alias):
      throw Failure(.malformed("the alias \(alias.anchor) stands for nothing"), place)
    }
  }

  private mutating func copyEntry(
    _ key: Node, _ value: Node, depth: Int
  ) throws(Failure) -> JobFileNode.Entry {
    let copied = try copy(key, depth: depth)
    guard case .text(let name, _) = copied.content else {
      throw Failure(.collectionAsKey, copied.place)
    }
    return try JobFileNode.Entry(
      key: name, place: copied.place, value: copy(value, depth: depth))
  }

  /// Yams does not tell the style of a list, so the source does: a flow list begins with a bracket, after its
  /// anchor and tag if it has any.
  private func isFlow(at place: JobFileNode.Place) -> Bool {
    guard lines.indices.contains(place.line - 1) else { return false }
    var rest = lines[place.line - 1].unicodeScalars.dropFirst(place.column - 1)
    while let first = rest.first, first == "&" || first == "!" {
      rest = rest.drop { $0 != " " }.drop { $0 == " " }
    }
    return rest.first == "["
  }
}

extension YAMLComposer {
  /// Why a text has no nodes.
  struct Failure: Error {
    var problem: TextProblem
    var place: JobFileNode.Place

    init(
      _ problem: TextProblem, _ place: JobFileNode.Place = JobFileNode.Place(line: 1, column: 1)
    ) {
      self.problem = problem
      self.place = place
    }

    init(_ error: YamlError) {
      func place(_ mark: Mark) -> JobFileNode.Place {
        JobFileNode.Place(line: mark.line, column: mark.column)
      }
      switch error {
      case .composer(_, let problem, let mark, _) where problem.contains("another document"):
        self.init(.secondDocument, place(mark))
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        self.init(.malformed(problem), place(mark))
      case .reader(let problem, let offset, _, let yaml):
        let before = yaml.prefix(offset ?? 0)
        let line = before.count { $0.isNewline } + 1
        self.init(.malformed(problem), JobFileNode.Place(line: line, column: 1))
      case .duplicatedKeysInMapping(let duplicates, let context):
        self.init(.duplicateKeys(duplicates.sorted()), place(context.mark))
      default:
        self.init(.malformed("\(error)"))
      }
    }
  }
}
