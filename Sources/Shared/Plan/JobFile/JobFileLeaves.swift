/// The values of a job file by the way to each, in its order: `tables.models.train.params.regParam`, `0.1`. As they are
/// written; none of a text that is no job file.
package func jobFileLeaves(_ text: String) -> [(path: String, value: String)] {
  guard let root = try? YAMLComposer.compose(text) else { return [] }
  var leaves: [(path: String, value: String)] = []
  func visit(_ node: JobFileNode, at path: String) {
    func way(_ step: String) -> String { path.isEmpty ? step : "\(path).\(step)" }
    switch node.content {
    case .text(let text, _): leaves.append((path, text))
    case .mapping(let entries):
      for entry in entries { visit(entry.value, at: way(entry.key)) }
    case .list(let items, _):
      let texts = items.compactMap { item -> String? in
        if case .text(let text, _) = item.content { text } else { nil }
      }
      if texts.count == items.count {
        leaves.append((path, "[\(texts.joined(separator: ", "))]"))
      } else {
        for (index, item) in items.enumerated() { visit(item, at: way("\(index + 1)")) }
      }
    }
  }
  // What is read is not deep.
  visit(root, at: "")
  return leaves
}
