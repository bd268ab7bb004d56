import Columnar

extension Job {
  /// Reads a job file.
  ///
  /// - Parameters:
  ///   - fileName: for messages, and the job's name when the file states none.
  ///   - folder: where relative paths start.
  /// - Throws: all that is wrong with keys, values and the syntax of expressions.
  package init(text: String, fileName: String, folder: JobFolder) throws(JobErrors) {
    var reader = JobFileReader(fileName: fileName, folder: folder)
    let job = reader.job(text)
    guard reader.errors.isEmpty, let job else { throw JobErrors(reader.errors) }
    self = job
  }
}

/// Walks the nodes of a job file and gathers what it says and what is wrong with it.
///
/// Each reading function returns nil exactly when it has reported an error.
struct JobFileReader {
  let fileName: String
  let folder: JobFolder
  private(set) var errors: [JobError] = []
  /// What travels with the job, by its name where it travels to.
  var shippedPaths: [String: ShippedPath] = [:]

  init(fileName: String, folder: JobFolder) {
    self.fileName = fileName
    self.folder = folder
  }

  /// A person mends a few errors at a time.
  private static let maximumErrors = 100

  mutating func report(_ problem: JobProblem, at place: JobFileNode.Place) {
    if errors.count >= Self.maximumErrors { return }
    errors.append(
      JobError(fileName: fileName, line: place.line, column: place.column, problem: problem))
  }

  mutating func report(_ problem: KeyProblem, at place: JobFileNode.Place) {
    report(.key(problem), at: place)
  }

  private enum Key: String, CaseIterable {
    case name, python, functions, tables, outputs
  }

  mutating func job(_ text: String) -> Job? {
    let root: JobFileNode?
    do throws(YAMLComposer.Failure) {
      root = try YAMLComposer.compose(text)
    } catch {
      report(.text(error.problem), at: error.place)
      return nil
    }
    guard let root, !root.isEmpty else {
      report(.text(.empty), at: JobFileNode.Place(line: 1, column: 1))
      return nil
    }
    guard let keys = keys(of: root, Key.self, in: "a job file") else { return nil }
    let name = keys[.name].flatMap { self.text($0) } ?? nameOfFile
    let python = keys[.python].flatMap { self.python($0) } ?? JobPython()
    let functions = keys[.functions].map { self.functions($0) } ?? []
    let tables =
      required(keys[.tables], "tables", in: "a job file", root.place)
      .flatMap { named($0, "tables", "a mapping of names to tables") } ?? []
    let outputs =
      required(keys[.outputs], "outputs", in: "a job file", root.place)
      .flatMap { named($0, "outputs", "a mapping of tables to what becomes of them") } ?? []
    var jobTables = tables.compactMap { table($0) }
    jobTables += tablesOfPaths(jobTables)
    let jobOutputs = outputs.flatMap { self.outputs($0) }
    return Job(
      name: name, fileName: fileName, python: python,
      shippedPaths: shippedPaths.values.sorted { $0.name < $1.name }, functions: functions,
      tables: jobTables, outputs: jobOutputs)
  }

  /// `jobs/flights.yaml` is called `flights`.
  private var nameOfFile: String {
    let last = fileName.split(separator: "/").last ?? "job"
    let stem = last.lastIndex(of: ".").map { last[..<$0] } ?? last
    return String(stem.isEmpty ? last : stem)
  }

  private mutating func required(
    _ entry: JobFileNode.Entry?, _ key: String, in place: String, _ at: JobFileNode.Place
  ) -> JobFileNode.Entry? {
    if entry == nil { report(.missing(key, place: place), at: at) }
    return entry
  }

  /// The entries of a mapping whose keys are names, at least one.
  mutating func named(
    _ entry: JobFileNode.Entry, _ key: String, _ expected: String
  ) -> [JobFileNode.Entry]? {
    if entry.value.isEmpty {
      report(.empty(key), at: entry.place)
      return nil
    }
    guard case .mapping(let entries) = entry.value.content, !entries.isEmpty else {
      report(
        .wrongShape(key: key, found: entry.value.kind, expected: expected), at: entry.value.place)
      return nil
    }
    return entries
  }
}
