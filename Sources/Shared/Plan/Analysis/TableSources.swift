import Columnar

/// Where the rows of a table come from.
extension Analyzer {
  /// The input of a table and its columns; nil when an error has been reported.
  ///
  /// - Parameter inputs: the tables that it reads, by their place in the job file; all are analysed.
  mutating func source(
    of table: JobTable, inputs: [Int]
  ) -> (input: AnalyzedTable.Input, schema: Schema)? {
    let sources = inputs.compactMap { analyzed[$0] }
    switch table.source {
    case .read(let read):
      guard let files = fileRead(read) else { return nil }
      do {
        let schema = try catalog.schema(of: files)
        return checkUnique(schema.names, in: "what is read", line: read.line)
          ? (.read(files), schema) : nil
      } catch {
        report(.input(error), line: read.line)
        return nil
      }
    case .cached(let name):
      if let schema = catalog.schema(ofCached: name.value) { return (.cached(name.value), schema) }
      let nearest = nearestName(to: name.value, among: catalog.cachedNames)
      report(.table(.unknownCachedTable(name.value, nearest: nearest)), line: name.line)
      return nil
    case .from:
      guard let source = sources.first else { return nil }
      return (.table(source), tables[source].schema)
    case .union(let names):
      guard sources.count == names.count else { return nil }
      return union(sources, names)
    case .predict(let prediction):
      guard sources.count == 2 else { return nil }
      return self.prediction(prediction, models: sources[0], rows: sources[1])
    case .cogroup(let cogroup):
      guard sources.count == 2 else { return nil }
      return self.cogroup(cogroup, left: sources[0], right: sources[1])
    }
  }

  private mutating func union(
    _ sources: [Int], _ names: [Located<String>]
  ) -> (input: AnalyzedTable.Input, schema: Schema)? {
    let first = tables[sources[0]]
    var fits = true
    for (source, name) in zip(sources, names).dropFirst() {
      guard let difference = difference(first.schema, tables[source].schema) else { continue }
      fits = false
      report(
        .table(
          .unionMismatch(first: first.name, other: name.value, difference: difference)),
        line: name.line)
    }
    return fits ? (.union(sources), first.schema) : nil
  }

  /// The first place in which two schemas differ, in words; nil when they are equal.
  private func difference(_ first: Schema, _ other: Schema) -> String? {
    for (index, (one, two)) in zip(first.fields, other.fields).enumerated() where one != two {
      return
        "column \(index + 1) is \(one.name) \(one.type) in the one and \(two.name) \(two.type) "
        + "in the other"
    }
    if first.count == other.count { return nil }
    return "the one has \(first.count) columns and the other \(other.count)"
  }

  private mutating func fileRead(_ read: JobRead) -> FileRead? {
    guard let format = read.format ?? listedFormat(read) else { return nil }
    // Only CSV has options; the other formats carry what they would say.
    if format != .csv, !read.statedOptions.isEmpty {
      for option in read.statedOptions {
        report(.key(.optionOfOtherFormat(option.text, format)), line: option.line)
      }
      return nil
    }
    return FileRead(
      paths: read.paths, format: format, options: read.options,
      declaredSchema: read.declaredSchema, partitions: read.partitions)
  }

  /// The format that the names of the listed files tell.
  private mutating func listedFormat(_ read: JobRead) -> FileFormat? {
    do {
      let files = try catalog.files(at: read.paths)
      guard !files.isEmpty else {
        report(.table(.noFiles(read.paths)), line: read.line)
        return nil
      }
      var formats: [FileFormat] = []
      for file in files {
        guard let format = FileNameExtension(of: file)?.format else {
          report(.key(.unknownFormat(path: file)), line: read.line)
          return nil
        }
        if !formats.contains(format) { formats.append(format) }
      }
      if formats.count == 1 { return formats[0] }
      report(.table(.mixedFormats(read.paths, formats)), line: read.line)
    } catch {
      report(.input(error), line: read.line)
    }
    return nil
  }
}
