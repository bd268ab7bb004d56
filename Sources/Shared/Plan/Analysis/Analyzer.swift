import Columnar

/// Checks a job against what is there: looks up all names, binds all expressions and derives all schemas.
///
/// - Throws: the first hundred things that are wrong, but for what follows from something that is wrong itself
///   (a table that reads a faulty table is not checked). Errors of the catalog are wrapped as `JobProblem.input`.
package func analyze(_ job: Job, catalog: any Catalog) throws(JobErrors) -> AnalyzedJob {
  var analyzer = Analyzer(job: job, catalog: catalog)
  let analyzed = analyzer.analyze()
  if analyzer.errors.isEmpty { return analyzed }
  throw JobErrors(analyzer.errors)
}

/// Gathers analysed tables and errors while it goes through a job.
struct Analyzer {
  let job: Job
  let catalog: any Catalog
  /// Where the functions of the job run.
  let environment: PythonEnvironment
  /// The place of each table in the job file, by its name.
  let indices: [String: Int]
  /// Analysed tables, in an order in which each comes after those that it reads.
  private(set) var tables: [AnalyzedTable] = []
  /// The place in `tables` of the table of the job file; nil when it is faulty or not reached yet.
  private(set) var analyzed: [Int?]
  private(set) var errors: [JobError] = []
  private(set) var functions = UserFunctions()

  init(job: Job, catalog: any Catalog) {
    self.job = job
    self.catalog = catalog
    environment = PythonEnvironment(
      interpreter: job.python.interpreter, requirements: job.python.requirements,
      files: catalog.shippedFiles.sorted { $0.name < $1.name })
    indices = Dictionary(
      job.tables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    analyzed = Array(repeating: nil, count: job.tables.count)
  }

  /// A person mends a few errors at a time, and to look for nearest names costs time.
  private static let maximumErrors = 100

  var hasTooManyErrors: Bool { errors.count >= Self.maximumErrors }

  mutating func report(_ problem: JobProblem, line: Int) {
    if hasTooManyErrors { return }
    errors.append(JobError(fileName: job.fileName, line: line, problem: problem))
  }

  mutating func analyze() -> AnalyzedJob {
    functions = userFunctions()
    let inputs = job.tables.map { self.inputs(of: $0) }
    do throws(TableCycle) {
      for index in try orderedTables(inputs: inputs) where !hasTooManyErrors {
        // Whoever reads a faulty table would only repeat its errors.
        guard inputs[index].allSatisfy({ analyzed[$0] != nil }) else { continue }
        guard let table = table(job.tables[index], inputs: inputs[index]) else { continue }
        analyzed[index] = tables.count
        tables.append(table)
      }
    } catch {
      let names = error.tables.map { job.tables[$0].name }
      report(.table(.cycle(names)), line: job.tables[error.tables[0]].line)
    }
    return AnalyzedJob(name: job.name, tables: tables, outputs: outputs())
  }

  /// The tables that a table reads, by their place in the job file; unknown ones are reported.
  private mutating func inputs(of table: JobTable) -> [Int] {
    switch table.source {
    case .read, .cached: []
    case .from(let name): [index(of: name)].compactMap(\.self)
    case .union(let names): names.compactMap { index(of: $0) }
    case .predict(let prediction):
      [prediction.models, prediction.rows].compactMap { index(of: $0) }
    case .cogroup(let cogroup):
      [cogroup.left, cogroup.right].compactMap { index(of: $0) }
    }
  }

  mutating func index(of name: Located<String>) -> Int? {
    if let index = indices[name.value] { return index }
    if hasTooManyErrors { return nil }
    let nearest = nearestName(to: name.value, among: job.tables.map(\.name))
    report(.table(.unknownTable(name.value, nearest: nearest)), line: name.line)
    return nil
  }
}
