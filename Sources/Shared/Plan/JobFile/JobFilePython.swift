import Columnar

/// `python`, and the functions that a job file names in it.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case interpreter, requirements, files
  }

  mutating func python(_ entry: JobFileNode.Entry) -> JobPython? {
    guard let keys = keys(of: entry.value, Key.self, in: "`python`") else { return nil }
    for path in keys[.files].flatMap({ texts($0) }) ?? [] { _ = ship(path, of: "files") }
    return JobPython(
      interpreter: keys[.interpreter].flatMap { interpreter($0) },
      requirements: keys[.requirements].map { requirements($0) } ?? [])
  }

  private mutating func interpreter(_ entry: JobFileNode.Entry) -> String? {
    guard let path = text(entry) else { return nil }
    // Nothing on this host says what stands on theirs.
    guard path.hasPrefix("/") else {
      report(
        .invalidValue(
          key: entry.key, value: path,
          expected: "an absolute path on the executors' hosts, like /usr/bin/python3"),
        at: entry.value.place)
      return nil
    }
    return path
  }

  private mutating func requirements(_ entry: JobFileNode.Entry) -> [String] {
    var requirements: [String] = []
    for text in texts(entry) ?? [] {
      guard let first = text.value.first, first.isLetter || first.isNumber else {
        report(
          .invalidValue(
            key: entry.key, value: text.value,
            expected: """
              a package as pip reads it, like scikit-learn==1.9.1; YAML cuts a list in brackets at commas, so put \
              quotes around "numpy>=2,<3"
              """),
          at: JobFileNode.Place(line: text.line, column: 1))
        continue
      }
      requirements.append(text.value)
    }
    return requirements
  }

  // MARK: Functions

  /// A function and how it is called: what stands with `python` wherever one may stand.
  mutating func function(
    _ python: JobFileNode.Entry, timeout: JobFileNode.Entry?, memory: JobFileNode.Entry?,
    format: JobFileNode.Entry?
  ) -> JobPythonFunction? {
    let timeout = timeout.flatMap { duration($0) }
    let memory = memory.flatMap { byteCount($0) }
    let format = format.flatMap { choice($0, PythonFunction.Format.self) }
    guard let (source, name) = reference(python) else { return nil }
    return JobPythonFunction(
      source: source, name: name, line: python.place.line, format: format, memory: memory,
      timeout: timeout)
  }

  /// `FILE.py:FUNCTION`, whose file travels with the job, or `MODULE:FUNCTION`.
  private mutating func reference(
    _ entry: JobFileNode.Entry
  ) -> (source: PythonFunction.Source, name: String)? {
    guard let text = text(entry) else { return nil }
    if let colon = text.lastIndex(of: ":") {
      let (place, name) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
      if isDottedName(name) {
        if place.hasSuffix(".py") {
          return ship(Located(place, line: entry.value.place.line), of: entry.key)
            .map { (.file($0), name) }
        }
        if isDottedName(place) { return (.module(place), name) }
      }
    }
    report(
      .invalidValue(
        key: entry.key, value: text,
        expected: """
          FILE.py:FUNCTION with a path from the job file's folder, or package.module:FUNCTION
          """),
      at: entry.value.place)
    return nil
  }

  private func isDottedName(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      part.first.map { $0.isLetter || $0 == "_" } ?? false
        && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
  }

  /// Lets a file or a folder travel with the job; returns its name where functions run.
  private mutating func ship(_ path: Located<String>, of key: String) -> String? {
    let place = JobFileNode.Place(line: path.line, column: 1)
    let absolute = folder.absolute(path.value)
    guard absolute.hasPrefix("/"), !path.value.contains(where: { "*?[".contains($0) }),
      let name = folder.nameWhereItTravels(absolute)
    else {
      report(
        .invalidValue(
          key: key, value: path.value,
          expected: "a file, or a folder other than the job file's own, on this machine"),
        at: place)
      return nil
    }
    if let other = shippedPaths[name], other.path != absolute {
      report(.sameName(name, path: absolute, other: other.path, otherLine: other.line), at: place)
      return nil
    }
    if shippedPaths[name] == nil {
      shippedPaths[name] = ShippedPath(path: absolute, name: name, line: path.line)
    }
    return name
  }

  // MARK: Values

  private mutating func byteCount(_ entry: JobFileNode.Entry) -> Int64? {
    guard let text = text(entry) else { return nil }
    guard let size = ByteSize(text) else {
      report(
        .invalidValue(
          key: entry.key, value: text, expected: "a number of bytes like 512MB or 2GB"),
        at: entry.value.place)
      return nil
    }
    return Int64(size.bytes)
  }

  private mutating func duration(_ entry: JobFileNode.Entry) -> Duration? {
    guard let text = text(entry) else { return nil }
    guard let duration = Duration(text) else {
      report(
        .invalidValue(
          key: entry.key, value: text, expected: "a time like 60s, 5m, 1h or 500ms"),
        at: entry.value.place)
      return nil
    }
    return duration
  }
}

extension Duration {
  /// `500ms`, `60s`, `5m` or `1h`; nil for anything else, and for no time at all.
  fileprivate init?(_ text: String) {
    let units: [(suffix: String, milliseconds: Int64)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
      let count = Int64(text.dropLast(unit.suffix.count)), count > 0
    else { return nil }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
    if overflow { return nil }
    self = .milliseconds(milliseconds)
  }
}
