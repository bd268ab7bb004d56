/// What can be wrong with a job, by the step that finds it.
package enum JobProblem: Sendable {
  /// The text of the file is no YAML that a job file can be.
  case text(TextProblem)
  /// A key or its value is not one that a job file has.
  case key(KeyProblem)
  /// An expression is no SQL, or does not fit the columns that it sees.
  case expression(ExpressionError, text: String)
  /// Tables and columns do not fit each other.
  case table(TableProblem)
  case training(TrainingProblem)
  case prediction(PredictionProblem)
  case python(PythonProblem)
  case output(OutputProblem)
  /// What a table reads cannot be read: the error of the catalog.
  case input(any Error)
}

extension JobProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let problem): "\(problem)"
    case .key(let problem): "\(problem)"
    case .expression(let error, let text): "in `\(abridged(text))`: \(error)"
    case .table(let problem): "\(problem)"
    case .training(let problem): "\(problem)"
    case .prediction(let problem): "\(problem)"
    case .python(let problem): "\(problem)"
    case .output(let problem): "\(problem)"
    case .input(let error): "\(error)"
    }
  }
}

/// The beginning of an expression: one that a program wrote may fill many screens.
private func abridged(_ text: String) -> String {
  let limit = 200
  guard let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex),
    end < text.endIndex
  else { return text }
  return text[..<end] + "..."
}

/// `; did you mean 'name'?` for the end of a message; empty without a name.
func suggestion(_ nearest: String?) -> String {
  nearest.map { "; did you mean '\($0)'?" } ?? ""
}
