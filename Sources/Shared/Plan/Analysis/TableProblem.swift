import Columnar

/// Why tables and columns do not fit each other.
package enum TableProblem: Hashable, Sendable {
  case unknownTable(String, nearest: String?)
  /// Tables that read each other, the first repeated at the end.
  case cycle([String])
  case unknownCachedTable(String, nearest: String?)
  case noFiles([String])
  /// Files whose names tell different formats.
  case mixedFormats([String], [FileFormat])
  /// Inputs of a union whose columns differ.
  case unionMismatch(first: String, other: String, difference: String)
  case duplicateColumn(String, place: String)
  /// `*` where each item must have one name.
  case misplacedStar(place: String)
}

extension TableProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownTable(let name, let nearest):
      "there is no table '\(name)'\(suggestion(nearest))"
    case .cycle(let tables):
      "tables read each other in a circle: \(tables.joined(separator: " reads "))"
    case .unknownCachedTable(let name, let nearest):
      """
      no table is cached as '\(name)'; a job leaves one with the output {cache: \(name)}, and \
      `roost cached` lists those that are there\(suggestion(nearest))
      """
    case .noFiles(let paths): "there are no files at \(paths.joined(separator: ", "))"
    case .mixedFormats(let paths, let formats):
      """
      the files at \(paths.joined(separator: ", ")) have different formats \
      (\(formats.map(\.rawValue).joined(separator: ", "))); read each in a table and `union` these
      """
    case .unionMismatch(let first, let other, let difference):
      """
      '\(first)' and '\(other)' differ: \(difference); a union needs the same names and types in the \
      same order, so `select` them alike first
      """
    case .duplicateColumn(let name, let place):
      "\(place) would have two columns '\(name)'; give one another name with AS"
    case .misplacedStar(let place): "`*` cannot stand in \(place); name the columns"
    }
  }
}
