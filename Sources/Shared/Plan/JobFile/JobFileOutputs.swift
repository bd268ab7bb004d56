import Columnar

/// The outputs of a job file.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case write, format, mode, options, show, cache
  }

  private enum Option: String, CaseIterable {
    case compression, header
  }

  /// What becomes of one table: a mapping, or a list of them.
  mutating func outputs(_ entry: JobFileNode.Entry) -> [JobOutput] {
    var nodes = [entry.value]
    if case .list(let items, _) = entry.value.content {
      nodes = items
      if items.isEmpty { report(.empty(entry.key), at: entry.place) }
    }
    let table = Located(entry.key, line: entry.place.line)
    return nodes.flatMap { node -> [JobOutput] in
      if node.isEmpty {
        report(.empty(entry.key), at: entry.place)
        return []
      }
      return actions(node, table: entry.key).map {
        JobOutput(table: table, action: $0, line: node.place.line)
      }
    }
  }

  private mutating func actions(
    _ node: JobFileNode, table: String
  ) -> [AnalyzedOutput.Action] {
    let place = "the output '\(table)'"
    let errorsBefore = errors.count
    guard let keys = keys(of: node, Key.self, in: place) else { return [] }
    var actions: [AnalyzedOutput.Action] = []
    if let write = keys[.write] {
      if let files = fileWrite(write, keys) { actions.append(.write(files)) }
    } else if let stray = keys[.format] ?? keys[.mode] ?? keys[.options] {
      report(.missing("write", place: "`\(stray.key)` of \(place)"), at: stray.place)
    } else if keys[.show] == nil, keys[.cache] == nil, errors.count == errorsBefore {
      report(.missing("write`, `show` or `cache", place: place), at: node.place)
    }
    if let show = keys[.show], let rows = integer(show, in: 1...Self.maximumShownRows) {
      actions.append(.show(rows: rows))
    }
    if let cache = keys[.cache], let name = text(cache),
      checkCacheName(name, at: cache.value.place)
    {
      actions.append(.cache(name: name))
    }
    return actions
  }

  /// Shown rows go through the driver to a terminal; more belong into a file.
  static let maximumShownRows = 100_000

  private mutating func fileWrite(
    _ write: JobFileNode.Entry, _ keys: [Key: JobFileNode.Entry]
  ) -> FileWrite? {
    guard let path = text(write) else { return nil }
    let stated = keys[.format].flatMap { choice($0, FileFormat.self) }
    let format = stated ?? FileNameExtension(of: path)?.format ?? .parquet
    let mode = keys[.mode].flatMap { choice($0, FileWrite.Mode.self) } ?? .error
    let options = keys[.options].map { writeOptions($0, format) } ?? WriteOptions()
    return FileWrite(path: folder.absolute(path), format: format, mode: mode, options: options)
  }

  private mutating func writeOptions(
    _ entry: JobFileNode.Entry, _ format: FileFormat
  ) -> WriteOptions {
    var options = WriteOptions()
    guard let keys = keys(of: entry.value, Option.self, in: "`options`") else { return options }
    if let header = keys[.header], let value = boolean(header) {
      options.header = value
      if format != .csv { report(.optionOfOtherFormat("header", format), at: header.place) }
    }
    if let compression = keys[.compression], let value = text(compression) {
      options.compression = value
      checkCompression(value, format, at: compression)
    }
    return options
  }

  private mutating func checkCompression(
    _ value: String, _ format: FileFormat, at entry: JobFileNode.Entry
  ) {
    let known: [String] =
      switch format {
      case .parquet: ["zstd", "snappy", "lz4", "gzip", "none"]
      case .arrow: ["zstd", "lz4", "none"]
      case .csv, .json: []
      }
    if known.isEmpty {
      report(.optionOfOtherFormat("compression", format), at: entry.place)
    } else if !known.contains(value) {
      report(
        .invalidValue(
          key: "compression", value: value,
          expected: "one of \(known.joined(separator: ", ")) for \(format.rawValue)"),
        at: entry.value.place)
    }
  }

  /// A name is typed on the command line and stands in `cached:NAME`.
  mutating func checkCacheName(_ name: String, at place: JobFileNode.Place) -> Bool {
    let fits =
      name.utf8.count <= 128 && name.first.map { $0.isLetter || $0 == "_" } == true
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
    if !fits {
      report(
        .invalidValue(
          key: "cache", value: name,
          expected: """
            a name of at most 128 letters, digits, `_`, `-` and `.` that begins with a letter
            """),
        at: place)
    }
    return fits
  }
}
