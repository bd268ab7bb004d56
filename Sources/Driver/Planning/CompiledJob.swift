import Columnar
import Plan

/// A job file made into stages: all of the driver's work on a job before anything is written or run.
package struct CompiledJob: Sendable {
  package let name: String
  package let plan: StagePlan
  /// The files that the job reads, as they were listed.
  package let inputs: [String]

  /// Reads and checks the job file, lists its inputs, infers their schemas, and plans. Blocks on the file system.
  ///
  /// - Parameters:
  ///   - shippedFiles: those that travel with the job, sorted by name.
  ///   - cached: the tables in the executors' memory, by name.
  ///   - allowed: where the job may read and write.
  /// - Throws: `JobErrors` and `UnplannableJob`, which say what a person has to mend.
  package init(
    text: String, fileName: String, folder: String, shippedFiles: [ShippedFile] = [],
    cached: [String: ResultTable] = [:], within allowed: AllowedPaths = .everywhere
  ) throws {
    let job = try Job(text: text, fileName: fileName, folder: JobFolder(path: folder))
    let catalog = FileCatalog(shippedFiles: shippedFiles, cached: cached, allowed: allowed)
    let analyzed = try analyze(job, catalog: catalog)
    var scans: [Int: ScanInput] = [:]
    var inputs: [String] = []
    for (index, table) in analyzed.tables.enumerated() {
      guard case .read(let read) = table.input else { continue }
      let files = try catalog.table(of: read)
      scans[index] = ScanInput(
        fileSchema: files.schema, partitions: files.partitions(count: read.partitions),
        byteCount: files.files.reduce(0) { $0 + $1.size }, statistics: files.statistics)
      inputs += files.files.map(\.path)
    }
    name = analyzed.name
    do {
      plan = try Planner().plan(
        analyzed, scans: scans,
        cached: cached.mapValues { CachedTableLayout(partitionCount: $0.partitionCount) })
    } catch {
      throw UnplannableJob(fileName: fileName, error: error)
    }
    self.inputs = inputs
    // As it will be written, with `..` taken out.
    for path in plan.outputPaths { try allowed.checkWriting(OutputLocation(path).path) }
  }
}

/// A job that makes sense and cannot be cut into stages, with the file that says it.
package struct UnplannableJob: Error, CustomStringConvertible {
  package let fileName: String
  package let error: PlanningError

  package var description: String { "\(fileName): \(error)" }
}

/// What a job is checked against: files are opened once, however often they are asked for. Belongs to one thread.
private final class FileCatalog: Catalog {
  let shippedFiles: [ShippedFile]
  private let cached: [String: ResultTable]
  private let allowed: AllowedPaths
  private var tables: [FileRead: FileTable] = [:]

  init(shippedFiles: [ShippedFile], cached: [String: ResultTable], allowed: AllowedPaths) {
    self.shippedFiles = shippedFiles
    self.cached = cached
    self.allowed = allowed
  }

  func table(of read: FileRead) throws(FileError) -> FileTable {
    if let table = tables[read] { return table }
    let table = try FileTable(
      paths: read.paths, format: read.format, options: read.options,
      declaredSchema: read.declaredSchema, within: allowed)
    tables[read] = table
    return table
  }

  func files(at paths: [String]) throws -> [String] {
    try FileListing.list(paths, within: allowed).map(\.path)
  }

  func schema(of read: FileRead) throws -> Schema { try table(of: read).schema }

  func schema(ofCached name: String) -> Schema? { cached[name]?.schema }

  var cachedNames: [String] { cached.keys.sorted() }
}
