import Columnar
import Foundation
import Plan
import Wire
import Yams

/// The predictions of a trained table's model for the rows of one group, beside what was to be predicted: a job like others,
/// made from the job file of the one that trained.
package struct GroupComparison: Sendable {
  package static let namePrefix = "compare "
  package static let actualColumn = "actual"
  package static let rowLimit = 2000

  /// The key columns of the table's groups.
  package let keys: [String]
  /// As the job file says it.
  package let label: String
  private let learner: String
  private let table: JobTable
  private let training: JobTraining
  /// Where the models were written.
  private let models: String
  private let jobFile: String

  /// A group by its keys; nil stands for null.
  package typealias Group = [String: String?]

  /// Nil when the models of the training were not written as Parquet, when it is not clear which table trained, and when the
  /// job needs files that travel.
  package init?(_ history: Roost_JobHistory, _ summary: Roost_TrainingSummary) {
    guard
      let job = try? Job(
        text: history.jobFile, fileName: history.fileName,
        folder: JobFolder(path: history.folder)),
      job.shippedPaths.isEmpty
    else { return nil }
    let computed = history.tables(of: summary).components(separatedBy: ", ")
    let candidates = job.tables.filter { table in
      computed.contains(table.name)
        && table.train?.learners.contains { $0.name.value == summary.learner } == true
    }
    guard candidates.count == 1, let training = candidates[0].train, training.storesModel,
      let label = training.label
    else { return nil }
    table = candidates[0]
    let written = job.outputs.lazy.compactMap { output -> String? in
      guard output.table.value == candidates[0].name, case .write(let write) = output.action,
        write.format == .parquet
      else { return nil }
      return write.path
    }
    guard let models = written.first else { return nil }
    self.models = models
    self.training = training
    self.label = label.text
    learner = summary.learner
    keys = SQLItem.items(of: table.groupBy.map(\.text)).map(\.name)
    jobFile = history.jobFile
  }

  /// The text of the job. Throws `WebError.wrongRequest` for a group without one of the keys, and for a job file that cannot
  /// be read.
  package func text(for group: Group) throws -> String {
    for key in keys where group[key] == nil {
      throw WebError.wrongRequest("the group has no value of '\(key)'")
    }
    guard var job = try Yams.compose(yaml: jobFile, .basic, .default, .utf8)?.mapping,
      let tables = job["tables"]?.mapping, let trained = tables[Node(table.name)]?.mapping
    else { throw WebError.wrongRequest("the job file of the history cannot be read") }
    let lines = jobFile.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    // All tables stay, since those of the group may come from any of them; what is not needed is not computed.
    var copies = Node.Mapping(
      tables.map { ($0, NodeStyle.restored($1, lines: lines)) }, Tag(.implicit), .block)
    func name(_ suffix: String) -> String {
      var name = "\(table.name)_\(suffix)"
      while tables[Node(name)] != nil { name += "_" }
      return name
    }
    let (source, features, rows, models) = (
      name("source"), name("features"), name("rows"), name("model")
    )
    let scored = name("scored")
    copies[Node(source)] = Node(
      ["read", "from", "union", "predict", "cogroup", "where", "select"].compactMap {
        key -> (Node, Node)? in
        trained[Node(key)].map { (Node(key), NodeStyle.restored($0, lines: lines)) }
      })
    copies[Node(features)] = mapping([("from", source), ("select", selection)])
    copies[Node(rows)] = mapping([("from", features), ("where", condition(for: group))])
    copies[Node(models)] = Node([
      (Node("read"), mapping([("path", self.models), ("format", "parquet")])),
      (
        Node("where"),
        quoted(
          "learner = \(SQLItem.literal(learner))" + (keys.isEmpty ? "" : " AND ")
            + condition(for: group))
      ),
    ])
    copies[Node(scored)] = Node([
      (Node("predict"), mapping([("models", models), ("rows", rows)])),
      (Node("select"), quoted("`\(Self.actualColumn)`, prediction")),
      (Node("limit"), Node("\(Self.rowLimit)")),
    ])
    job[Node("name")] = quoted(self.name(of: group))
    job[Node("tables")] = .mapping(copies)
    job[Node("outputs")] = Node([
      (Node(scored), Node([(Node("show"), Node("\(Self.rowLimit)"))]))
    ])
    return try Yams.serialize(node: .mapping(job), width: -1, allowUnicode: true)
  }

  private func name(of group: Group) -> String {
    let values = keys.map { key in "\(key) = \(group[key].flatMap { $0 } ?? "NULL")" }
    return Self.namePrefix + ([table.name, learner] + values).joined(separator: ", ")
  }

  /// The keys, the label and the features, each once.
  private var selection: String {
    var names: Set<String> = [Self.actualColumn]
    var texts = ["\(label) AS \(SQLItem.quoted(Self.actualColumn))"]
    for item in SQLItem.items(of: (table.groupBy + training.features).map(\.text)) {
      if names.insert(item.name).inserted { texts.append(item.text) }
    }
    return texts.joined(separator: ", ")
  }

  /// Strings are compared with keys of any type, as Spark does it.
  private func condition(for group: Group) -> String {
    keys.map { key in
      let column = SQLItem.quoted(key)
      guard let value = group[key].flatMap({ $0 }) else { return "\(column) IS NULL" }
      return "\(column) = \(SQLItem.literal(value))"
    }.joined(separator: " AND ")
  }

  private func mapping(_ pairs: [(String, String)]) -> Node {
    Node(pairs.filter { !$1.isEmpty }.map { (Node($0), quoted($1)) })
  }

  /// Whatever is in it: quotes keep it one text.
  private func quoted(_ text: String) -> Node {
    .scalar(Node.Scalar(text, Tag(.str), .doubleQuoted))
  }
}

/// The styles of nodes that Yams forgets while it reads and that mean something in a job file.
private enum NodeStyle {
  /// In brackets YAML cuts an SQL list at every comma, also inside of parentheses: what was in brackets has to stay there.
  /// Anchors go, since what they stand for is written out.
  static func restored(_ node: Node, lines: [Substring]) -> Node {
    switch node {
    case .scalar(var scalar):
      scalar.anchor = nil
      return .scalar(scalar)
    case .sequence(let sequence):
      let style: Node.Sequence.Style = isFlow(at: node.mark, lines) ? .flow : .block
      return .sequence(
        Node.Sequence(sequence.map { restored($0, lines: lines) }, sequence.tag, style))
    case .mapping(let mapping):
      return .mapping(
        Node.Mapping(
          mapping.map { (restored($0, lines: lines), restored($1, lines: lines)) }, mapping.tag,
          .any))
    case .alias: return node
    }
  }

  private static func isFlow(at mark: Mark?, _ lines: [Substring]) -> Bool {
    guard let mark, lines.indices.contains(mark.line - 1) else { return false }
    var rest = lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1)
    while let first = rest.first, first == "&" || first == "!" {
      rest = rest.drop { $0 != " " }.drop { $0 == " " }
    }
    return rest.first == "["
  }
}
