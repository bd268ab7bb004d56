import Columnar

/// Where the Python functions of a job run.
package struct JobPython: Hashable, Sendable {
  /// A path on the hosts of the executors; nil takes the one that they have.
  package var interpreter: String?
  /// As `pip` reads them.
  package var requirements: [String] = []
}

/// A function of the user's in Python, as a job file names it.
package struct JobPythonFunction: Hashable, Sendable {
  package var source: PythonFunction.Source
  package var name: String
  package var line: Int
  package var format: PythonFunction.Format?
  /// Bytes.
  package var memory: Int64?
  package var timeout: Duration?
}

/// A function from frames to a frame: `apply`, `map` and that of a `cogroup`.
package struct JobTableFunction: Hashable, Sendable {
  package var function: JobPythonFunction
  package var schema: Schema
  package var recordsErrors: Bool
  package var line: Int
}

/// A function of the user's that expressions may call: an entry of `functions`.
package struct JobFunction: Hashable, Sendable {
  /// In lower case: SQL reads names of functions in any case.
  package var name: String
  package var function: JobPythonFunction
  /// Of what it gives.
  package var type: DataType
  package var isAggregate: Bool
}

/// `cogroup`: a function of the rows that two tables have of a key.
package struct JobCogroup: Hashable, Sendable {
  package var line: Int
  package var left: Located<String>
  package var right: Located<String>
  /// Columns that both have.
  package var on: [Located<String>]
  package var function: JobTableFunction
  package var partitions: Int?
}
