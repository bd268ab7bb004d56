import Columnar
import Foundation
import Plan

/// What `_SUCCESS` holds: the files of a complete output. It says nothing that differs between two runs.
package struct OutputManifest: Codable, Hashable, Sendable {
  package static let fileName = "_SUCCESS"

  package struct File: Codable, Hashable, Sendable {
    package var name: String
    /// Nil for a file that an earlier job of another engine left.
    package var rows: Int?
    package var bytes: Int64

    package init(name: String, rows: Int?, bytes: Int64) {
      self.name = name
      self.rows = rows
      self.bytes = bytes
    }
  }

  package var format: String
  package var files: [File]

  package init(format: String, files: [File]) {
    self.format = format
    self.files = files
  }

  /// The list of an output after the files of this list were appended.
  ///
  /// - Parameters:
  ///   - old: the list before; nil where another engine wrote none.
  ///   - entries: what is in the folder, from which a missing list is made up.
  func appended(to old: OutputManifest?, in entries: [FileSystem.Entry]) -> OutputManifest {
    let names = Set(files.map(\.name))
    let before =
      old?.files
      ?? entries.filter { Self.partNumber(of: $0.name) != nil }
      .map { File(name: $0.name, rows: nil, bytes: $0.information.size) }
    return OutputManifest(
      format: format, files: before.filter { !names.contains($0.name) } + files)
  }

  /// The number of the first file that is appended to an output.
  static func nextPart(
    after names: [String], manifest: OutputManifest?, appending write: FileWrite
  ) throws(OutputError) -> Int {
    if let found = manifest?.format, found != write.format.rawValue {
      throw .otherFormat(path: write.path, found: found, wanted: write.format.rawValue)
    }
    let last = names.compactMap(partNumber).max() ?? -1
    let (next, overflow) = last.addingReportingOverflow(1)
    if overflow { throw .nameTaken(path: write.path) }
    return next
  }

  /// The number in `part-00012.parquet`, nil for other names.
  private static func partNumber(of name: String) -> Int? {
    guard name.hasPrefix("part-") else { return nil }
    return Int(name.dropFirst("part-".count).prefix { $0.isASCII && $0.isNumber })
  }
}

extension Encodable {
  /// JSON with its keys in order, so that equal values are equal bytes.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + Array("\n".utf8)
  }
}

extension Decodable {
  /// - Parameter path: where the bytes came from, for the error.
  init(json: [UInt8], path: String) throws(OutputError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }
}
