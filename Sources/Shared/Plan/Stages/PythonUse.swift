// Which of the user's functions are called.

extension StagePlan {
  package var runsPython: Bool { !pythonFunctions.isEmpty }

  /// What has to be at hand wherever one of its tasks runs.
  package var shippedFiles: [ShippedFile] {
    pythonFunctions.flatMap(\.environment.files)
  }

  /// In the order of stages and operators; one that is called twice stands there twice.
  package var pythonFunctions: [PythonFunction] {
    stages.flatMap { $0.operators.flatMap(\.operation.pythonFunctions) }
  }
}

extension Operator {
  package var pythonFunctions: [PythonFunction] {
    switch self {
    case .applyPython(let application): [application.function]
    case .mapPython(let mapping): [mapping.function]
    case .callPython(let calls): calls.map(\.function)
    case .combine(let operation), .group(let operation), .measureTrials(let operation, _, _):
      operation.pythonFunctions
    case .filter, .project, .limit, .sort, .holdOut, .chooseTrials, .predict: []
    }
  }
}

extension GroupedOperation {
  fileprivate var pythonFunctions: [PythonFunction] {
    guard case .aggregate(let aggregates) = action else { return [] }
    return aggregates.compactMap { aggregate in
      if case .python(let function) = aggregate.function { function } else { nil }
    }
  }
}
