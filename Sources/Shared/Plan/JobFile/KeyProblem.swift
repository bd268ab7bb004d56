import Columnar

/// Why a key of a job file or its value is refused.
package enum KeyProblem: Hashable, Sendable {
  case unknown(String, place: String, nearest: String?, known: [String])
  case missing(String, place: String)
  /// Nothing is written after the key.
  case empty(String)
  case wrongShape(key: String, found: String, expected: String)
  /// A list or a mapping where SQL was expected: YAML cut an expression.
  case notAnExpression(key: String, found: String)
  case invalidValue(key: String, value: String, expected: String)
  /// Keys of which only one may stand in one place.
  case conflicting([String], place: String)
  /// Two paths that would be one file where functions run.
  case sameName(String, path: String, other: String, otherLine: Int)
  /// A schema with a column twice.
  case repeatedColumn(String, key: String)
  /// Two functions that are one to SQL.
  case sameFunction(String, other: String)
  /// A function of the user's by the name of one that SQL has.
  case functionOfSQL(String)
  /// `map` where rows are grouped.
  case mapOfGroups
  /// `on_error` where no group fails.
  case onErrorWithoutGroups(place: String)
  /// `partitions` where nothing is grouped.
  case needsGroups
  /// An option that does nothing in this format.
  case optionOfOtherFormat(String, FileFormat)
  /// Nothing says what the files hold.
  case unknownFormat(path: String)
}

extension KeyProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let key, let place, let nearest, let known):
      nearest == nil
        ? "unknown key '\(key)' in \(place), which takes \(known.joined(separator: ", "))"
        : "unknown key '\(key)' in \(place)\(suggestion(nearest))"
    case .missing(let key, let place):
      "\(place) needs `\(key)`"
    case .empty(let key):
      "nothing stands after `\(key):`; write a value or remove the key"
    case .wrongShape(let key, let found, let expected):
      "`\(key)` is \(found); it should be \(expected)"
    case .notAnExpression(let key, let found):
      """
      `\(key)` holds \(found) where an expression was expected; put the expression in quotes or write one \
      item a line, since YAML cuts at `: ` and, in brackets, at commas
      """
    case .invalidValue(let key, let value, let expected):
      "`\(key)` is '\(value)'; it should be \(expected)"
    case .conflicting(let keys, let place):
      "\(place) has \(keys.map { "`\($0)`" }.joined(separator: " and ")); keep one of them"
    case .sameName(let name, let path, let other, let line):
      """
      \(path) would be called '\(name)' where functions run, as \(other) of line \(line) is; rename one, or put \
      both into the job file's folder
      """
    case .repeatedColumn(let name, let key):
      "`\(key)` has two columns '\(name)'; give one another name"
    case .sameFunction(let name, let other):
      "'\(name)' and '\(other)' are one to SQL, which reads names of functions in any case; rename one"
    case .functionOfSQL(let name):
      "'\(name)' means something to SQL already; give the function another name"
    case .mapOfGroups:
      """
      `map` hands the rows of a table to a function in batches, whatever their groups; for groups write `apply` in \
      place of `map`, or group in a table of its own
      """
    case .onErrorWithoutGroups(let place):
      """
      `on_error` says what becomes of a group that fails, and \(place) has no groups; catch the exception in the \
      function, or use `apply`
      """
    case .needsGroups:
      """
      `partitions` of a table says into how many its groups are divided and needs `group_by`; the partitions of \
      files are stated inside of `read: {path: ..., partitions: ...}`
      """
    case .optionOfOtherFormat(let option, let format):
      "the option `\(option)` means nothing for the format \(format.rawValue); remove it"
    case .unknownFormat(let path):
      """
      the name of \(path) does not tell its format; write {path: ..., format: csv} \
      (or parquet, json, arrow)
      """
    }
  }
}
