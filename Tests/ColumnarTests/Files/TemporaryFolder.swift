import Columnar
import Glibc

/// A folder of its own for one test; it goes away with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/roost-files-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError.inputOutput(path: "/tmp", message: "no temporary folder")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileSystem.deleteDirectory(path) }

  /// Writes a file, making the folders above it, and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    if let slash = name.lastIndex(of: "/") {
      try FileSystem.createDirectory(path + "/" + name[..<slash])
    }
    try FileSystem.write(bytes, to: file)
    return file
  }
}

/// The files that `Tests/Fixtures/make_file_fixtures.py` wrote.
func fixture(_ name: String, _ file: String = #filePath) -> String {
  let tests = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
  return tests.joined(separator: "/") + "/Fixtures/files/" + name
}

/// All rows of some files, as one list of values a column, read partition by partition.
struct ReadRows {
  var schema: Schema
  var columns: [[Scalar]]
  var rowCount = 0
  var quoteCount = 0
  var batchSizes: [Int] = []

  init(
    _ paths: [String], _ format: FileFormat, options: ReadOptions = ReadOptions(),
    schema declared: Schema? = nil, columns names: [String]? = nil,
    predicates: [ColumnPredicate] = [], partitions: Int? = nil
  ) throws {
    let table = try FileTable(
      paths: paths, format: format, options: options, declaredSchema: declared)
    let columns = names.map { $0.map { table.schema.index(of: $0)! } }
    let wanted = columns ?? Array(table.schema.fields.indices)
    schema = Schema(wanted.map { table.schema.fields[$0] })
    self.columns = Array(repeating: [], count: wanted.count)
    for splits in table.partitions(count: partitions) {
      let reader = FileReader(
        format: format, options: options, fileSchema: table.schema, columns: wanted,
        predicates: predicates, splits: splits)
      while let batch = try reader.next() {
        for (index, column) in batch.columns.enumerated() {
          self.columns[index] += column.scalars
        }
        rowCount += batch.rowCount
        batchSizes.append(batch.rowCount)
      }
      quoteCount += reader.quoteCounts.reduce(0, +)
    }
  }

  subscript(_ name: String) -> [Scalar] { columns[schema.index(of: name)!] }
}

/// The error that `body` throws, for comparing its parts.
func fileError(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch {
    return error as? FileError
  }
}
