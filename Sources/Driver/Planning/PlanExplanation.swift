import Columnar
import Plan

extension StagePlan {
  /// The plan as a text for people: each stage as a tree from its input to where its rows go.
  ///
  /// Equal plans have equal texts.
  package func explanation(of job: String) -> String {
    let tasks = stages.reduce(0) { $0 + $1.partitionCount }
    var heading = "job \(job): \(counted(stages.count, "stage")), \(counted(tasks, "task"))"
    if runsPython { heading += "; calls Python functions, so executors need --allow-python" }
    return ([heading] + stages.map(explanation(of:))).joined(separator: "\n\n") + "\n"
  }

  private func explanation(of stage: Stage) -> String {
    var heading = "stage \(stage.id) · \(stage.name) · \(counted(stage.partitionCount, "task"))"
    // Where a lost output costs more than the task that wrote it.
    if stage.isIndeterminate { heading += " · indeterminate" }
    var lines = [heading]
    for (index, input) in stage.inputs.enumerated() {
      let isSide = stage.operators.contains { $0.side == index }
      lines.append("  " + text(of: input) + (isSide ? sideText(of: input) : ""))
      lines += tree(after: .input(index), of: stage, schema: schema(of: input))
    }
    return lines.joined(separator: "\n")
  }

  /// The lines of all that follows an input. A loop with a stack of its own: a job may chain more tables than
  /// a thread's stack has room for.
  private func tree(
    after input: OperatorNode.Parent, of stage: Stage, schema: Schema
  ) -> [String] {
    var children: [OperatorNode.Parent: [Branch]] = [:]
    for (index, node) in stage.operators.enumerated() {
      children[node.parent, default: []].append(.node(index))
    }
    for sink in stage.sinks { children[sink.parent, default: []].append(.sink(sink.target)) }

    var lines: [String] = []
    var open: [OpenBranch] = []
    func push(after parent: OperatorNode.Parent, schema: Schema, indentation: String) {
      let branches = children[parent] ?? []
      for (position, branch) in branches.enumerated().reversed() {
        open.append(
          OpenBranch(
            branch: branch, schema: schema, indentation: indentation,
            isOnly: branches.count == 1, isLast: position == branches.count - 1))
      }
    }
    push(after: input, schema: schema, indentation: "  ")
    while let next = open.popLast() {
      // Only where rows go several ways there is a fork; a chain stays in its column.
      let fork = next.isOnly ? "" : next.isLast ? "└─ " : "├─ "
      switch next.branch {
      case .sink(let target):
        lines.append(next.indentation + fork + text(of: target))
      case .node(let index):
        let operation = stage.operators[index].operation
        lines.append(next.indentation + fork + operation.text(next.schema))
        let step = next.isOnly ? "" : next.isLast ? "   " : "│  "
        push(
          after: .node(index), schema: operation.outputSchema(next.schema),
          indentation: next.indentation + step)
      }
    }
    return lines
  }

  private enum Branch {
    case node(Int)
    case sink(Sink.Target)
  }

  private struct OpenBranch {
    var branch: Branch
    var schema: Schema
    var indentation: String
    var isOnly: Bool
    var isLast: Bool
  }

  // MARK: Inputs and sinks

  private func schema(of input: StageInput) -> Schema {
    switch input {
    case .scan(let scan): scan.schema
    case .exchange(let exchange): exchanges[exchange].schema
    case .cached(_, let schema): schema
    }
  }

  private func text(of input: StageInput) -> String {
    switch input {
    case .scan(let scan): return text(of: scan)
    case .exchange(let index):
      let exchange = exchanges[index]
      return "exchange \(index): \(text(of: exchange.partitioning, exchange.schema)), "
        + counted(exchange.partitionCount, "partition")
    case .cached(let name, _): return "cached:\(name)"
    }
  }

  /// Of an input that an operator gets besides what it reads.
  private func sideText(of input: StageInput) -> String {
    if case .exchange(let index) = input, exchanges[index].partitioning != .single {
      return ", on the side"
    }
    return ", for all tasks"
  }

  func text(of scan: Scan) -> String {
    let splits = scan.partitions.flatMap(\.self)
    let files = splits.reduce(into: [FileIdentity]()) { files, split in
      if files.last != split.file { files.append(split.file) }
    }
    let what =
      switch files.count {
      case 0: "no file"
      case 1: FileLocation(files[0].path).display
      default: "\(counted(files.count, "file")) from \(FileLocation(files[0].path).display)"
      }
    var text =
      "read \(scan.format.rawValue) \(what): \(counted(splits.count, "split")), "
      + "\(scan.columns.count) of \(counted(scan.fileSchema.count, "column"))"
    if !scan.columns.isEmpty {
      text += " (\(scan.schema.names.joined(separator: ", ")))"
    }
    if !scan.predicates.isEmpty {
      text += " where "
      text += scan.predicates.map { $0.text(scan.fileSchema) }.joined(separator: " AND ")
    }
    return text
  }

  private func text(of partitioning: Exchange.Partitioning, _ schema: Schema) -> String {
    switch partitioning {
    case .hash(let keyCount):
      "by hash of \(schema.names.prefix(keyCount).joined(separator: ", "))"
    case .single: "all rows to one"
    }
  }

  private func text(of target: Sink.Target) -> String {
    switch target {
    case .exchange(let exchange, _):
      return "to exchange \(exchange)"
    case .result(let index, _):
      let result = results[index]
      let size = counted(result.partitionCount, "partition")
      return switch result.action {
      case .write(let write):
        "write \(result.name) to \(FileLocation(write.path).display) (\(write.format.rawValue), "
          + "\(write.mode.rawValue), \(size))"
      case .show(let rows): "show \(counted(rows, "row")) of \(result.name)"
      case .cache(let name): "cache \(result.name) as \(name) (\(size))"
      }
    }
  }
}

private func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
