/// What is wrong with a job, and where.
package struct JobError: Error, Sendable {
  /// The job file's name as its user wrote it.
  package var fileName: String
  /// From 1.
  package var line: Int
  /// From 1, where it is known.
  package var column: Int?
  package var problem: JobProblem

  init(fileName: String, line: Int, column: Int? = nil, problem: JobProblem) {
    self.fileName = fileName
    self.line = line
    self.column = column
    self.problem = problem
  }
}

extension JobError: CustomStringConvertible {
  /// `file:line[:column]: problem`, as compilers write it and editors follow it.
  package var description: String {
    let place = column.map { "\(line):\($0)" } ?? "\(line)"
    return "\(fileName):\(place): \(problem)"
  }
}

/// All that was found wrong with a job, by line; never empty.
package struct JobErrors: Error, Sendable {
  package var errors: [JobError]

  init(_ errors: [JobError]) {
    precondition(!errors.isEmpty)
    self.errors = errors.enumerated().sorted {
      ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
    }.map(\.element)
  }
}

extension JobErrors: CustomStringConvertible {
  package var description: String { errors.map(\.description).joined(separator: "\n") }
}
