/// A function of the user's in Python, with all that a worker has to know to call it.
package struct PythonFunction: Hashable, Sendable {
  /// What defines it.
  package enum Source: Hashable, Sendable {
    /// A file that travels with the job, by its name there.
    case file(String)
    /// A module of a package that is installed, or that travels with the job.
    case module(String)
  }

  /// What it takes and gives.
  package enum Format: String, CaseIterable, Hashable, Sendable {
    case pandas, arrow
  }

  package var source: Source
  package var name: String
  package var environment: PythonEnvironment
  /// Nil where its annotations say it.
  package var format: Format?
  /// Bytes that a call may take beside what its worker has already.
  package var memory: Int64?
  /// How long it may take for one group, or one batch.
  package var timeout: Duration?
  /// Whether the failure of a group is a row of the result and not the end of the job.
  package var recordsErrors: Bool

  package init(
    source: Source, name: String, environment: PythonEnvironment, format: Format? = nil,
    memory: Int64? = nil, timeout: Duration? = nil, recordsErrors: Bool = false
  ) {
    self.source = source
    self.name = name
    self.environment = environment
    self.format = format
    self.memory = memory
    self.timeout = timeout
    self.recordsErrors = recordsErrors
  }

  /// As the job file says it: `train.py:train_store`.
  package var text: String {
    switch source {
    case .file(let file): "\(file):\(name)"
    case .module(let module): "\(module):\(name)"
    }
  }
}

/// Where the functions of a job run. Workers are shared only by functions of equal environments.
package struct PythonEnvironment: Hashable, Sendable {
  /// Nil takes the one of the executor.
  package var interpreter: String?
  /// What is installed for them, as `pip` reads it.
  package var requirements: [String]
  /// Sorted by name.
  package var files: [ShippedFile]

  package init(interpreter: String? = nil, requirements: [String] = [], files: [ShippedFile] = []) {
    self.interpreter = interpreter
    self.requirements = requirements
    self.files = files
  }
}

/// A file that travels with a job to where it is needed.
package struct ShippedFile: Hashable, Sendable {
  /// The path under which a function sees it, from the folder that it runs in: `features/lags.py`.
  package var name: String
  /// SHA-256 of its bytes, in hexadecimal digits.
  package var digest: String
  package var byteCount: Int64

  package init(name: String, digest: String, byteCount: Int64) {
    self.name = name
    self.digest = digest
    self.byteCount = byteCount
  }
}
