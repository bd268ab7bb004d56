/// Why a text is no YAML that a job file can be.
package enum TextProblem: Hashable, Sendable {
  case malformed(String)
  case secondDocument
  /// Keys that stand more than once in one mapping.
  case duplicateKeys([String])
  case collectionAsKey
  case tooLong(bytes: Int, maximum: Int)
  case tooManyNodes(maximum: Int)
  case tooDeep(maximum: Int)
  case empty
}

extension TextProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let problem):
      """
      this is not YAML: \(problem). If it is inside of an expression, put the expression in quotes or write \
      one item a line
      """
    case .secondDocument:
      "a second document begins here; a job file holds one, so remove the `---` or split the file"
    case .duplicateKeys(let keys):
      """
      written more than once in one mapping: \(keys.map { "'\($0)'" }.joined(separator: ", ")); keep one
      """
    case .collectionAsKey:
      "a key is a name, not a list, a mapping or an alias"
    case .tooLong(let bytes, let maximum):
      "the job file has \(bytes) bytes; at most \(maximum) are read"
    case .tooManyNodes(let maximum):
      "the job file has more than \(maximum) values, aliases counted as often as they are used"
    case .tooDeep(let maximum):
      "lists and mappings stand more than \(maximum) deep in each other"
    case .empty:
      "the job file is empty; it needs `tables:` and `outputs:`"
    }
  }
}
