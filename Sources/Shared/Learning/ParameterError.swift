/// Parameters that a learner does not take.
package enum ParameterError: Error, Hashable, Sendable {
  /// `known` are the names that the learner has, in the order of their declaration.
  case unknownParameter(learner: String, name: String, known: [String])
  case outOfDomain(learner: String, parameter: Parameter, value: ParameterValue)
  /// A value that is valid for Spark but not (yet) for this learner.
  case unsupported(learner: String, name: String, value: ParameterValue, supported: String)
  /// The space of a search that cannot be searched as the job says.
  case searchSpace(learner: String, SearchSpaceError)
}

extension ParameterError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownParameter(let learner, let name, let known):
      known.isEmpty
        ? "\(learner) has no parameter '\(name)': it has none"
        : "\(learner) has no parameter '\(name)': it has \(known.joined(separator: ", "))"
    case .outOfDomain(let learner, let parameter, let value):
      "\(parameter.name) of \(learner) is \(value), but must be \(parameter.domain)"
    case .unsupported(let learner, let name, let value, let supported):
      "\(name) of \(learner) is \(value), which is not supported: \(supported)"
    case .searchSpace(let learner, let error): "the search for \(learner): \(error)"
    }
  }
}
