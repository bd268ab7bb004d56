import Columnar

/// The outputs of a job, against its tables, its inputs and each other.
extension Analyzer {
  /// The outputs of tables that are not faulty.
  mutating func outputs() -> [AnalyzedOutput] {
    let inputs = JobInputs(job.tables)
    var result: [AnalyzedOutput] = []
    var writes = FolderIndex<Int>()
    var caches: [String: Int] = [:]
    for output in job.outputs {
      guard let index = index(of: output.table) else { continue }
      switch output.action {
      case .write(let write):
        check(write, against: inputs, after: writes, line: output.line)
        writes.insert(FileLocation(write.path).base, output.line)
      case .cache(let name):
        if let other = caches[name] {
          report(.output(.duplicateCache(name, otherLine: other)), line: output.line)
        }
        if let table = inputs.cached[name] {
          report(.output(.cacheIsInput(name, table: table)), line: output.line)
        }
        caches[name] = output.line
      case .show:
        break
      }
      guard let table = analyzed[index] else { continue }
      if case .write(let write) = output.action {
        checkColumns(tables[table].schema, of: write, line: output.line)
      }
      result.append(AnalyzedOutput(table: table, action: output.action, line: output.line))
    }
    return result
  }

  private mutating func check(
    _ write: FileWrite, against inputs: JobInputs, after writes: FolderIndex<Int>, line: Int
  ) {
    let folder = FileLocation(write.path).base
    if let other = writes.overlapping(folder) {
      report(
        .output(.overlapping(write.path, other.path, otherLine: other.value)), line: line)
    }
    if let input = inputs.read(from: folder) {
      report(
        .output(.isInput(output: write.path, input: input.path, table: input.table)), line: line)
    }
  }

  private mutating func checkColumns(_ schema: Schema, of write: FileWrite, line: Int) {
    for field in schema.fields where !write.format.holds(field.type) {
      report(
        .output(.unwritableColumn(field.name, type: field.type, format: write.format)), line: line)
    }
  }
}

/// What a job reads, in order to find an output that is also an input.
private struct JobInputs {
  typealias Input = (path: String, table: String)

  /// Names of cached tables, and the first table that reads each.
  private(set) var cached: [String: String] = [:]
  private var files = FolderIndex<Input>()
  /// By the part of a glob before its first wildcard.
  private var globs = FolderIndex<Input>()

  init(_ tables: [JobTable]) {
    for table in tables {
      switch table.source {
      case .cached(let name): cached[name.value] = cached[name.value] ?? table.name
      case .read(let read):
        for path in read.paths { insert(path, table.name) }
      case .from, .union, .predict, .cogroup: break
      }
    }
  }

  private mutating func insert(_ path: String, _ table: String) {
    let place = FileLocation(path).base
    guard let wildcard = place.firstIndex(where: { "*?[".contains($0) }) else {
      return files.insert(place, (path, table))
    }
    let fixed = place[..<wildcard].lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
    globs.insert(fixed, (path, table))
  }

  /// An input that may hold files written to the folder, or that lies in it.
  ///
  /// A glob reads nothing above its fixed part, and `data/*.csv` does not read `data/out`.
  func read(from folder: String) -> Input? {
    files.overlapping(folder)?.value ?? globs.inside(folder)?.value
  }
}

extension FileFormat {
  /// Whether a column of the type can be written.
  fileprivate func holds(_ type: DataType) -> Bool {
    switch (self, type) {
    case (.csv, .list), (.csv, .binary), (_, .fixedSizeList): false
    default: true
    }
  }
}
